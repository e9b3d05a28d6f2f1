import { type Fields, field, fields, list, text, wholeNumber, within } from '../../../../kube/records/fields.ts';
import type { Cause } from '../../refusal.ts';
import { forbidden, immutable, invalid } from '../causes.ts';
import { wrongKey, wrongSubdomain } from '../syntax.ts';

/** What is wrong with a new status of a pod. `restartPolicy` is that of the pod. */
export function checkPodStatus(status: Fields, before: Fields, restartPolicy: string): Cause[] {
  const [nominated, quality] = [text(status, 'nominatedNodeName'), text(status, 'qosClass')];
  return [
    ...checkConditions(list(status, 'conditions')),
    ...(nominated === '' || nominated === text(before, 'nominatedNodeName') ? [] : wrongSubdomain(nominated).map((problem) => invalid('status.nominatedNodeName', nominated, problem))),
    ...(quality === text(before, 'qosClass') ? [] : [invalid('status.qosClass', quality, immutable)]),
    ...checkRevivals(status, before, restartPolicy),
    ...checkAddresses(status, before),
  ];
}

const own = ['PodScheduled', 'Ready', 'Initialized'];

function checkConditions(conditions: readonly unknown[]): Cause[] {
  return conditions.flatMap((each, index) => {
    const type = text(fields(each), 'type');
    return own.includes(type) ? [] : wrongKey(type).map((problem) => invalid(`status.conditions[${index}].Type`, type, problem));
  });
}

/** A container that has ended and is not to be restarted stays ended. */
function checkRevivals(status: Fields, before: Fields, restartPolicy: string): Cause[] {
  if (restartPolicy === 'Always') return [];
  const now = list(status, 'containerStatuses').map(fields);
  return list(before, 'containerStatuses').map(fields).flatMap((each, index) => {
    const ended = field(within(each, 'state'), 'terminated');
    if (ended === undefined || (restartPolicy === 'OnFailure' && wholeNumber(fields(ended), 'exitCode') !== 0)) return [];
    const revived = now.some((other) => text(other, 'name') === text(each, 'name') && field(within(other, 'state'), 'terminated') === undefined);
    return revived ? [forbidden(`status.containerStatuses[${index}].state`, 'may not be transitioned to non-terminated state')] : [];
  });
}

const address = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)$/u;

function checkAddresses(status: Fields, before: Fields): Cause[] {
  return ['podIPs', 'hostIPs'].flatMap((name) => {
    const known = new Set(list(before, name).map((each) => text(fields(each), 'ip')));
    return list(status, name).flatMap((each, index) => {
      const ip = text(fields(each), 'ip');
      return known.has(ip) || address.test(ip) ? [] : [invalid(`status.${name}[${index}]`, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
    });
  });
}
