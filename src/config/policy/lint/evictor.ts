import { readEvictorArgs, evictorSettings, type EvictorArgs } from '../../../decide/rebalancing/evictor-args.ts';
import { parseSelector } from '../../../model/selector.ts';
import { hint, type Path, type Remark, warning, when } from './remark.ts';

/** Arguments of DefaultEvictor that do nothing, or more than they say. */
export function evictorRemarks({ args: raw }: { readonly args?: unknown }, path: Path): Remark[] {
  const read = readEvictorArgs(raw);
  if (read.kind !== 'read' || read.problems.length > 0) return [];
  return [...protectionRemarks(read.args, path), ...nodeSelectorRemarks(read.args, path), ...limitRemarks(read.args, path)];
}

function protectionRemarks(args: EvictorArgs, path: Path): Remark[] {
  const { active } = evictorSettings(args);
  const classes = args.podProtections?.config?.PodsWithPVC?.protectedStorageClasses ?? [];
  const switches = args.podProtections?.extraEnabled?.includes('PodsWithoutPDB') === true ? ['podProtections', 'extraEnabled'] : ['ignorePodsWithoutPDB'];
  return [
    ...when(args.priorityThreshold !== undefined && !active.has('SystemCriticalPods'), warning([...path, 'priorityThreshold'], 'priorityThreshold has no effect: it is a part of the protection SystemCriticalPods, which is switched off here, so that pods of every priority may be evicted')),
    ...when(classes.length > 0 && !active.has('PodsWithPVC'), warning([...path, 'podProtections', 'config'], 'protectedStorageClasses has no effect: the protection PodsWithPVC is not switched on')),
    ...when(active.has('PodsWithoutPDB'), hint([...path, ...switches], 'descheduler v0.36.0 reads no disruption budgets in a real run, so that this protects every pod; evenkeel reads them and evicts the pods that one covers')),
  ];
}

function nodeSelectorRemarks({ nodeSelector, nodeFit }: EvictorArgs, path: Path): Remark[] {
  if (nodeSelector === undefined || nodeSelector === '') return [];
  const read = parseSelector(nodeSelector);
  const at = [...path, 'nodeSelector'];
  if (nodeFit !== true) return [warning(at, 'nodeSelector of DefaultEvictor has no effect without nodeFit: true. To limit what strategies work on, write nodeSelector at the top level of the policy')];
  return 'problem' in read ? [warning(at, `nodeSelector cannot be read, so that no pod of this profile is evicted: ${read.problem}`)] : [];
}

function limitRemarks({ minReplicas, minPodAge, noEvictionPolicy }: EvictorArgs, path: Path): Remark[] {
  return [
    ...when(minReplicas === 1, warning([...path, 'minReplicas'], 'minReplicas: 1 has no effect, since every pod is one of at least 1; protection begins at 2')),
    ...when(minPodAge !== undefined && minPodAge <= 0, warning([...path, 'minPodAge'], 'minPodAge has no effect when it is not above 0, except that pods that have not started stay')),
    ...when(noEvictionPolicy === 'Preferred', hint([...path, 'noEvictionPolicy'], 'Preferred is what happens anyway: pods that prefer no eviction go last; Mandatory spares them')),
  ];
}
