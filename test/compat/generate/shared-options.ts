import { type Option, type Settings, switchOption } from './options.ts';
import { nodeSelectorText, podSelector } from './selectors.ts';
import type { Trait } from './taste.ts';
import { ageLimits, storageClasses, teams } from './words.ts';

const evictor = (field: string): string => `DefaultEvictor.${field}`;
const protectionsPath = (list: string, name: string): string => evictor(`podProtections.${list}[${name}]`);

/** The traits of pods that make each protection matter. */
const defaults: Readonly<Record<string, Trait>> = { PodsWithLocalStorage: 'emptyDir', DaemonSetPods: 'daemonSet', SystemCriticalPods: 'critical', FailedBarePods: 'bare' };
const extras: Readonly<Record<string, Trait>> = { PodsWithPVC: 'claim', PodsWithoutPDB: 'claim', PodsWithResourceClaims: 'resourceClaim' };
const legacy: Readonly<Record<string, Trait>> = {
  evictLocalStoragePods: 'emptyDir',
  evictDaemonSetPods: 'daemonSet',
  evictSystemCriticalPods: 'critical',
  evictFailedBarePods: 'bare',
  ignorePvcPods: 'claim',
  ignorePodsWithoutPDB: 'claim',
};

const newStyle = [...Object.keys(defaults).map((name) => protectionsPath('defaultDisabled', name)), ...Object.keys(extras).map((name) => protectionsPath('extraEnabled', name))];
const legacyStyle = Object.keys(legacy).map(evictor);

const protects = (trait: Trait): Partial<Option> => ({ usual: 0.02, taste: { [trait]: 0.4 }, ...(trait === 'bare' ? bare : {}) });

/** Only a failed pod can be had when nothing owns it, and only these look at failed pods. */
const bare: Partial<Option> = { taste: { bare: 0.5, failed: 0.5 }, plugins: ['PodLifeTime', 'RemoveFailedPods', 'RemovePodsHavingTooManyRestarts'] };

const protectionOptions: Option[] = [
  ...Object.entries(defaults).map(([name, trait]) => switchOption(protectionsPath('defaultDisabled', name), { ...protects(trait), excludes: legacyStyle })),
  ...Object.entries(extras).map(([name, trait]) => switchOption(protectionsPath('extraEnabled', name), { ...protects(trait), excludes: legacyStyle, ...(name === 'PodsWithoutPDB' ? { usual: 0.005 } : {}) })),
  ...Object.entries(legacy).map(([name, trait]) => switchOption(evictor(name), { ...protects(trait), excludes: newStyle, ...(name === 'ignorePodsWithoutPDB' ? { usual: 0.005 } : {}) })),
];

/** Every option of DefaultEvictor. */
export const evictorOptions: readonly Option[] = [
  switchOption(evictor('nodeFit'), { taste: { small: 0.9, requiredAffinity: 0.4, hungry: 0.6, taint: 0.6 } }),
  { id: evictor('nodeSelector'), usual: 0.02, make: nodeSelectorText, beside: () => ({ [evictor('nodeFit')]: true }) },
  { id: evictor('labelSelector'), usual: 0.02, make: podSelector },
  { id: evictor('namespaceLabelSelector'), usual: 0.02, make: (random) => random.pick([{ matchLabels: { team: random.pick(teams) } }, { matchExpressions: [{ key: 'team', operator: 'NotIn', values: [random.pick(teams)] }] }, { matchExpressions: [{ key: 'critical', operator: random.pick(['Exists', 'DoesNotExist']) }] }]) },
  { id: evictor('priorityThreshold.value'), usual: 0.02, excludes: [evictor('priorityThreshold.name')], make: (random) => random.pick([-5, 200, 500, 500, 900, 900, 1_400, 2_000_000_000]) },
  { id: evictor('priorityThreshold.name'), usual: 0.04, excludes: [evictor('priorityThreshold.value')], make: (random) => random.pick(['class-300', 'class-900', 'class-1300']) },
  { id: evictor('minReplicas'), usual: 0.08, make: (random) => random.pick([1, 4, 6, 8, 10, 12]) },
  { id: evictor('minPodAge'), usual: 0.02, make: (random) => `${random.pick(ageLimits)}s`, taste: { notStarted: 0.15 } },
  { id: evictor('noEvictionPolicy'), usual: 0.06, make: (random) => random.pick(['Mandatory', 'Mandatory', 'Mandatory', 'Preferred']), taste: { preferNoEviction: 0.5 } },
  {
    id: evictor('podProtections.config.PodsWithPVC.protectedStorageClasses'),
    usual: 0.02,
    make: (random) => random.some(storageClasses).map((name) => ({ name })),
    beside: (_, settings): Settings => (legacyStyle.some((id) => id in settings) ? { [evictor('ignorePvcPods')]: true } : { [protectionsPath('extraEnabled', 'PodsWithPVC')]: true }),
    taste: { claim: 0.6 },
  },
  ...protectionOptions,
];

/** What stands at the top of a policy and bears on the choice. */
export const topOptions: readonly Option[] = [
  { id: 'nodeSelector', usual: 0.04, make: nodeSelectorText },
  { id: 'maxNoOfPodsToEvictPerNode', usual: 0.04, make: (random) => random.pick([0, 1, 1, 1, 2, 2, 3]) },
  { id: 'maxNoOfPodsToEvictPerNamespace', usual: 0.04, make: (random) => random.pick([0, 1, 1, 1, 2, 2, 3]) },
  { id: 'maxNoOfPodsToEvictTotal', usual: 0.04, make: (random) => random.pick([0, 1, 1, 2, 2, 3, 4]) },
];

/** Options that no cluster and policy can make bear on the choice, each with the reason. */
export const withoutEffect: Readonly<Record<string, string>> = {
  gracePeriodSeconds: 'it is copied into the eviction and changes no choice',
  evictionFailureEventNotification: 'it writes Events and changes no choice',
  'metricsProviders, metricsCollector, metricsUtilization': 'the stub has no metrics; usage from them is compared elsewhere',
};
