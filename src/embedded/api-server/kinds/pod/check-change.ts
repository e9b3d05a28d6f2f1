import { type Fields, field, fields, list, text, wholeNumber } from '../../../../kube/records/fields.ts';
import type { Cause } from '../../refusal.ts';
import { forbidden, invalid } from '../causes.ts';
import { same } from '../same.ts';
import { wrongRange } from '../syntax.ts';

const changeable = [
  '`spec.containers[*].image`', '`spec.initContainers[*].image`', '`spec.activeDeadlineSeconds`', '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** A pod is what it was created as: only images, the deadline, further tolerations and fewer gates may change. */
export function checkPodChange(spec: Fields, before: Fields): Cause[] {
  const kinds = ['containers', 'initContainers'] as const;
  const recounted = kinds.find((name) => list(spec, name).length !== list(before, name).length);
  if (recounted !== undefined) return [forbidden(`spec.${recounted}`, 'pod updates may not add or remove containers')];
  const deadline = checkDeadline(spec, before);
  if (deadline.length > 0) return deadline;
  return [
    ...checkTolerationsStay(list(spec, 'tolerations'), list(before, 'tolerations')),
    ...checkGates(list(spec, 'schedulingGates'), list(before, 'schedulingGates')),
    ...(same(fixed(spec, before), fixed(before, before)) ? [] : [forbidden('spec', `pod updates may not change fields other than ${changeable}`)]),
  ];
}

function checkDeadline(spec: Fields, before: Fields): Cause[] {
  const path = 'spec.activeDeadlineSeconds';
  const [now, earlier] = [wholeNumber(spec, 'activeDeadlineSeconds'), wholeNumber(before, 'activeDeadlineSeconds')];
  if (now === undefined) return earlier === undefined ? [] : [invalid(path, null, 'must not update from a positive integer to nil value')];
  const wrong = wrongRange(now, 0, 2_147_483_647).map((problem) => invalid(path, now, problem));
  if (wrong.length > 0) return wrong;
  return earlier !== undefined && earlier < now ? [invalid(path, now, 'must be less than or equal to previous value')] : [];
}

function checkTolerationsStay(tolerations: readonly unknown[], before: readonly unknown[]): Cause[] {
  const timeless = (each: unknown): Fields => ({ ...fields(each), tolerationSeconds: 0 });
  const stays = before.every((each) => tolerations.some((other) => same(timeless(each), timeless(other))));
  return stays ? [] : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function checkGates(gates: readonly unknown[], before: readonly unknown[]): Cause[] {
  const known = new Set(before.map((each) => text(fields(each), 'name')));
  return gates.flatMap((each, index) => {
    const name = text(fields(each), 'name');
    return known.has(name) ? [] : [forbidden(`spec.schedulingGates[${index}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`)];
  });
}

/** The spec with everything that may change as it is in `before`. While a pod is gated, its node selection may become narrower. */
function fixed(spec: Fields, before: Fields): Fields {
  const { activeDeadlineSeconds: _, tolerations: __, schedulingGates: ___, ...rest } = spec;
  const gated = list(before, 'schedulingGates').length > 0;
  const grace = wholeNumber(before, 'terminationGracePeriodSeconds') ?? 0;
  return {
    ...rest,
    containers: withoutImages(list(spec, 'containers')),
    initContainers: withoutImages(list(spec, 'initContainers')),
    terminationGracePeriodSeconds: grace < 0 && field(spec, 'terminationGracePeriodSeconds') === 1 ? grace : field(spec, 'terminationGracePeriodSeconds'),
    ...(gated ? { nodeSelector: '', affinity: '' } : {}),
  };
}

const withoutImages = (containers: readonly unknown[]): readonly Fields[] => containers.map((each) => ({ ...fields(each), image: '' }));
