import { type Condition, type NodeObject, conditionOf } from '../node-and-pod.ts';

/** NetworkUnavailable is not the kubelet's. */
const ofTheKubelet = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/**
 * The node with what a silent kubelet used to say set to Unknown, in the words of kube-controller-manager. The same node when
 * Ready is Unknown already: a real controller then writes nothing either.
 */
export function withUnknown(node: NodeObject, at: string): NodeObject {
  if (conditionOf(node, 'Ready')?.status === 'Unknown') return node;
  const current = (node.status?.conditions ?? []).map((condition) => (isOfTheKubelet(condition) ? silent(condition, at) : condition));
  const never = ofTheKubelet.filter((type) => conditionOf(node, type) === undefined).map((type) => neverUpdated(type, node, at));
  return { ...node, status: { ...node.status, conditions: [...current, ...never] } };
}

const isOfTheKubelet = ({ type }: Condition): boolean => ofTheKubelet.some((each) => each === type);

const silent = (condition: Condition, at: string): Condition =>
  condition.status === 'Unknown'
    ? condition
    : { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: at };

const neverUpdated = (type: string, { metadata }: NodeObject, at: string): Condition => ({
  type, status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.',
  lastHeartbeatTime: metadata.creationTimestamp, lastTransitionTime: at,
});
