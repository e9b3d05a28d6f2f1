import { type Fields, field, fields, list, text, wholeNumber, within } from '../../../../kube/records/fields.ts';
import type { Cause } from '../../refusal.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../causes.ts';
import { checkSelector } from '../label-selector.ts';
import { wrongKey, wrongRange, wrongValue } from '../syntax.ts';

const [hard, soft] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'];

/** Affinity to nodes, and to or against other pods. */
export function checkAffinity(spec: Fields, path: string): Cause[] {
  const affinity = within(spec, 'affinity');
  return [
    ...checkNodes(within(affinity, 'nodeAffinity'), `${path}.affinity.nodeAffinity`),
    ...['podAffinity', 'podAntiAffinity'].flatMap((name) => checkPods(within(affinity, name), `${path}.affinity.${name}`)),
  ];
}

function checkNodes(affinity: Fields, path: string): Cause[] {
  const at = `${path}.${hard}.nodeSelectorTerms`;
  const terms = list(within(affinity, hard), 'nodeSelectorTerms');
  return [
    ...(field(affinity, hard) !== undefined && terms.length === 0 ? [required(at, 'must have at least one node selector term')] : []),
    ...terms.flatMap((term, index) => checkTerm(fields(term), `${at}[${index}]`)),
    ...list(affinity, soft).map(fields).flatMap((each, index) => [
      ...checkWeight(each, `${path}.${soft}[${index}]`),
      ...checkTerm(within(each, 'preference'), `${path}.${soft}[${index}].preference`),
    ]),
  ];
}

const checkTerm = (term: Fields, path: string): Cause[] => list(term, 'matchExpressions').flatMap((each, index) => checkRequirement(fields(each), `${path}.matchExpressions[${index}]`));

function checkRequirement(requirement: Fields, path: string): Cause[] {
  const [key, values] = [text(requirement, 'key'), list(requirement, 'values').map(String)];
  return [
    ...checkOperator(text(requirement, 'operator'), values.length, path),
    ...wrongKey(key).map((problem) => invalid(`${path}.key`, key, problem)),
    ...values.flatMap((value, index) => wrongValue(value).map((problem) => invalid(`${path}.values[${index}]`, value, problem))),
  ];
}

function checkOperator(operator: string, values: number, path: string): Cause[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values > 0 ? [] : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values === 0 ? [] : [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return values === 1 ? [] : [required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}

const checkWeight = (each: Fields, path: string): Cause[] => wrongRange(wholeNumber(each, 'weight') ?? 0, 1, 100).map(() => invalid(`${path}.weight`, wholeNumber(each, 'weight') ?? 0, 'must be in the range 1-100'));

function checkPods(affinity: Fields, path: string): Cause[] {
  return [
    ...list(affinity, hard).flatMap((each, index) => checkPodTerm(fields(each), `${path}.${hard}[${index}]`)),
    ...list(affinity, soft).map(fields).flatMap((each, index) => [
      ...checkWeight(each, `${path}.${soft}[${index}]`),
      ...checkPodTerm(within(each, 'podAffinityTerm'), `${path}.${soft}[${index}].podAffinityTerm`),
    ]),
  ];
}

function checkPodTerm(term: Fields, path: string): Cause[] {
  const key = text(term, 'topologyKey');
  return [
    ...checkSelector(within(term, 'labelSelector'), `${path}.labelSelector`),
    ...checkSelector(within(term, 'namespaceSelector'), `${path}.namespaceSelector`),
    ...(key === '' ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...wrongKey(key).map((problem) => invalid(`${path}.topologyKey`, key, problem)),
  ];
}

const actions = ['DoNotSchedule', 'ScheduleAnyway'];

/** How pods are to be spread. */
export function checkSpread(constraints: readonly unknown[], path: string): Cause[] {
  const pairs = constraints.map(fields).map((each) => `${text(each, 'topologyKey')}, ${text(each, 'whenUnsatisfiable')}`);
  return constraints.map(fields).flatMap((each, index) => {
    const at = `${path}[${index}]`;
    const [skew, action, domains] = [wholeNumber(each, 'maxSkew') ?? 0, text(each, 'whenUnsatisfiable'), wholeNumber(each, 'minDomains')];
    return [
      ...(skew > 0 ? [] : [invalid(`${at}.maxSkew`, skew, 'must be greater than zero')]),
      ...(text(each, 'topologyKey') === '' ? [required(`${at}.topologyKey`, 'can not be empty')] : []),
      ...(actions.includes(action) ? [] : [notSupported(`${at}.whenUnsatisfiable`, action, actions)]),
      ...(pairs.indexOf(pairs[index] ?? '', index + 1) > index ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${pairs[index]}}`)] : []),
      ...(domains === undefined || domains > 0 ? [] : [invalid(`${at}.minDomains`, domains, 'must be greater than zero')]),
      ...(domains === undefined || action === 'DoNotSchedule' ? [] : [invalid(`${at}.minDomains`, domains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`)]),
      ...checkSelector(within(each, 'labelSelector'), `${at}.labelSelector`),
    ];
  });
}
