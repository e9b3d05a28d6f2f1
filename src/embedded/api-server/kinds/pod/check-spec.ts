import { type Fields, field, fields, list, text, textMap, wholeNumber } from '../../../../kube/records/fields.ts';
import type { Cause } from '../../refusal.ts';
import { invalid, notSupported, required } from '../causes.ts';
import { checkLabels } from '../label-selector.ts';
import { wrongLabel, wrongRange, wrongSubdomain } from '../syntax.ts';
import { checkContainers } from './check-containers.ts';
import { checkAffinity, checkSpread } from './check-placement.ts';
import { checkTolerations } from './check-tolerations.ts';
import { checkVolumes } from './check-volumes.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const preemptionPolicies = ['PreemptLowerPriority', 'Never'];
const longestDeadline = 2_147_483_647;

/** What is wrong with the spec of a pod, or of a template for pods. Security contexts, probes and DNS settings are taken as they come. */
export function checkPodSpec(spec: Fields, path: string): Cause[] {
  const volumes = new Set(list(spec, 'volumes').map((each) => text(fields(each), 'name')));
  return [
    ...checkVolumes(list(spec, 'volumes'), `${path}.volumes`),
    ...checkContainers(spec, volumes, path),
    ...oneOf(text(spec, 'restartPolicy'), restartPolicies, `${path}.restartPolicy`),
    ...oneOf(text(spec, 'dnsPolicy'), dnsPolicies, `${path}.dnsPolicy`),
    ...checkLabels(textMap(spec, 'nodeSelector'), `${path}.nodeSelector`),
    ...checkAffinity(spec, path),
    ...checkSpread(list(spec, 'topologySpreadConstraints'), `${path}.topologySpreadConstraints`),
    ...checkNames(spec, path),
    ...checkTolerations(list(spec, 'tolerations'), `${path}.tolerations`),
    ...(field(spec, 'preemptionPolicy') === undefined ? [] : oneOf(text(spec, 'preemptionPolicy'), preemptionPolicies, `${path}.preemptionPolicy`)),
    ...checkDeadline(wholeNumber(spec, 'activeDeadlineSeconds'), `${path}.activeDeadlineSeconds`),
  ];
}

const oneOf = (word: string, words: readonly string[], path: string): Cause[] => {
  if (word === '') return [required(path)];
  return words.includes(word) ? [] : [notSupported(path, word, words)];
};

function checkNames(spec: Fields, path: string): Cause[] {
  const forms = { serviceAccountName: wrongSubdomain, nodeName: wrongSubdomain, priorityClassName: wrongSubdomain, hostname: wrongLabel, subdomain: wrongLabel } as const;
  return Object.entries(forms).flatMap(([name, wrong]) => {
    const value = text(spec, name);
    return value === '' ? [] : wrong(value).map((problem) => invalid(`${path}.${name}`, value, problem));
  });
}

const checkDeadline = (seconds: number | undefined, path: string): Cause[] =>
  (seconds === undefined ? [] : wrongRange(seconds, 1, longestDeadline).map((problem) => invalid(path, seconds, problem)));
