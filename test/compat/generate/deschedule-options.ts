import { type PluginCases, scopeOptions, switchOption } from './options.ts';
import { ageLimits, exitCodes, failureReasons, ownerKinds, waitingReasons } from './words.ts';

const withLabels = { labelSelector: true };

const podLifeTime: PluginCases = {
  name: 'PodLifeTime',
  extensionPoint: 'deschedule',
  taste: { failed: 0.1, succeeded: 0.08, pending: 0.1, troubled: 0.35 },
  options: [
    { id: 'PodLifeTime.maxPodLifeTimeSeconds', usual: 1, required: true, make: (random) => random.pick(ageLimits) },
    { id: 'PodLifeTime.states', usual: 0.12, make: (random) => random.some(['Running', 'Pending', 'Failed', 'Succeeded', 'OOMKilled', 'Error', 'NodeLost', ...waitingReasons], 3).slice(0, 7) },
    { id: 'PodLifeTime.conditions.0.type', usual: 0.08, make: (random) => random.pick(['Ready', 'PodScheduled', 'DisruptionTarget']) },
    { id: 'PodLifeTime.conditions.0.status', usual: 0.06, make: (random) => random.pick(['True', 'False']), beside: () => ({ 'PodLifeTime.conditions.0.type': 'Ready' }), taste: { troubled: 0.5 } },
    { id: 'PodLifeTime.conditions.0.reason', usual: 0.04, make: (random) => random.pick(['ContainersNotReady', 'PodCompleted']), taste: { troubled: 0.7 } },
    { id: 'PodLifeTime.conditions.0.minTimeSinceLastTransitionSeconds', usual: 0.05, make: (random) => random.pick([600, 3_600]), beside: () => ({ 'PodLifeTime.conditions.0.type': 'Ready' }) },
    { id: 'PodLifeTime.exitCodes', usual: 0.06, make: (random) => random.some(exitCodes, 2).slice(0, 3), taste: { troubled: 0.6, failed: 0.3 } },
    { id: 'PodLifeTime.ownerKinds.include', usual: 0.05, excludes: ['PodLifeTime.ownerKinds.exclude'], make: (random) => random.some(ownerKinds).slice(0, 2) },
    { id: 'PodLifeTime.ownerKinds.exclude', usual: 0.05, excludes: ['PodLifeTime.ownerKinds.include'], make: (random) => random.some(ownerKinds).slice(0, 2) },
    switchOption('PodLifeTime.includingInitContainers', { taste: { initContainer: 0.6, troubled: 0.7 }, beside: () => ({ 'PodLifeTime.states': ['CrashLoopBackOff', 'ImagePullBackOff', 'OOMKilled', 'Error'] }) }),
    switchOption('PodLifeTime.includingEphemeralContainers', { taste: { troubled: 0.9 }, beside: () => ({ 'PodLifeTime.states': ['CrashLoopBackOff', 'Error'] }) }),
    ...scopeOptions('PodLifeTime', withLabels),
  ],
};

const tooManyRestarts: PluginCases = {
  name: 'RemovePodsHavingTooManyRestarts',
  extensionPoint: 'deschedule',
  taste: { troubled: 0.4, initContainer: 0.3 },
  options: [
    { id: 'RemovePodsHavingTooManyRestarts.podRestartThreshold', usual: 1, required: true, make: (random) => random.pick([1, 2, 5, 10, 20]) },
    switchOption('RemovePodsHavingTooManyRestarts.includingInitContainers', { taste: { initContainer: 0.7 } }),
    { id: 'RemovePodsHavingTooManyRestarts.states', usual: 0.2, make: (random) => random.some(['Running', 'CrashLoopBackOff']), taste: { pending: 0.3, troubled: 0.6 } },
    ...scopeOptions('RemovePodsHavingTooManyRestarts', withLabels),
  ],
};

const failedPods: PluginCases = {
  name: 'RemoveFailedPods',
  extensionPoint: 'deschedule',
  taste: { failed: 0.8, old: 0.8 },
  options: [
    { id: 'RemoveFailedPods.minPodLifetimeSeconds', usual: 0.5, make: (random) => random.pick([0, 600, 3_600, 86_400]) },
    { id: 'RemoveFailedPods.excludeOwnerKinds', usual: 0.1, make: (random) => random.some(ownerKinds).slice(0, 2) },
    { id: 'RemoveFailedPods.reasons', usual: 0.15, make: (random) => random.some([...failureReasons, 'OOMKilled', 'Error'], 2) },
    { id: 'RemoveFailedPods.exitCodes', usual: 0.1, make: (random) => random.some(exitCodes).slice(0, 2) },
    switchOption('RemoveFailedPods.includingInitContainers', { taste: { initContainer: 0.7 }, beside: (random) => ({ 'RemoveFailedPods.exitCodes': [random.pick(exitCodes)] }) }),
    ...scopeOptions('RemoveFailedPods', withLabels),
  ],
};

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

const nodeAffinity: PluginCases = {
  name: 'RemovePodsViolatingNodeAffinity',
  extensionPoint: 'deschedule',
  taste: { requiredAffinity: 0.7, preferredAffinity: 0.7, ownWishes: 0.5, small: 0.15, taint: 0.15 },
  options: [
    { id: 'RemovePodsViolatingNodeAffinity.nodeAffinityType', usual: 1, required: true, make: (random) => random.pick([[required], [preferred], [required, preferred], [preferred, required]]) },
    ...scopeOptions('RemovePodsViolatingNodeAffinity', withLabels),
  ],
};

const nodeTaints: PluginCases = {
  name: 'RemovePodsViolatingNodeTaints',
  extensionPoint: 'deschedule',
  taste: { taint: 0.85, tolerations: 0.4, ownWishes: 0.3 },
  options: [
    switchOption('RemovePodsViolatingNodeTaints.includePreferNoSchedule'),
    { id: 'RemovePodsViolatingNodeTaints.excludedTaints', usual: 0.15, excludes: ['RemovePodsViolatingNodeTaints.includedTaints'], make: (random) => random.some(['dedicated', 'dedicated=db', 'decom', 'spot=true', 'level', 'decom=', 'node.kubernetes.io/unschedulable']).slice(0, 3), taste: { taint: 0.9 } },
    { id: 'RemovePodsViolatingNodeTaints.includedTaints', usual: 0.15, excludes: ['RemovePodsViolatingNodeTaints.excludedTaints'], make: (random) => random.some(['dedicated', 'dedicated=web', 'decom', 'spot', 'level', 'spot='], 0).slice(0, 3), taste: { taint: 0.9 } },
    ...scopeOptions('RemovePodsViolatingNodeTaints', withLabels),
  ],
};

const antiAffinity: PluginCases = {
  name: 'RemovePodsViolatingInterPodAntiAffinity',
  extensionPoint: 'deschedule',
  taste: { antiAffinity: 0.9, ownWishes: 0.05, crowded: 0.9 },
  workloads: 3,
  options: scopeOptions('RemovePodsViolatingInterPodAntiAffinity', withLabels),
};

export const descheduleCases: readonly PluginCases[] = [podLifeTime, tooManyRestarts, failedPods, nodeAffinity, nodeTaints, antiAffinity];
