import type { NodeRecord, PodRecord, Taint, Toleration } from '../../model/cluster.ts';

/** True when the pod tolerates every taint of the node that would keep a new pod away or drive it out. */
export const toleratesHardTaints = (pod: PodRecord, node: NodeRecord): boolean => toleratesTaints(pod, node, isHard);

/** True when every taint that `considered` accepts is tolerated. */
export function toleratesTaints(pod: PodRecord, node: NodeRecord, considered: (taint: Taint) => boolean): boolean {
  return node.taints.every((taint) => !considered(taint) || tolerates(pod, taint));
}

export const tolerates = (pod: PodRecord, taint: Taint): boolean => pod.tolerations.some((toleration) => matches(toleration, taint));

const isHard = ({ effect }: Taint): boolean => effect === 'NoSchedule' || effect === 'NoExecute';

/** Kubernetes's own rule. An empty key with `Equal` matches every taint of that value. */
function matches({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (isGiven(effect) && effect !== taint.effect) return false;
  if (isGiven(key) && key !== taint.key) return false;
  const own = value ?? '';
  const theirs = taint.value ?? '';
  switch (operator ?? '') {
    case 'Exists':
      return true;
    case '':
    case 'Equal':
      return own === theirs;
    case 'Lt':
      return compare(theirs, own, (left, right) => left < right);
    case 'Gt':
      return compare(theirs, own, (left, right) => left > right);
    default:
      return false;
  }
}

const isGiven = (text: string | undefined): text is string => text !== undefined && text !== '';

function compare(left: string, right: string, order: (left: bigint, right: bigint) => boolean): boolean {
  const [one, other] = [whole(left), whole(right)];
  return one !== undefined && other !== undefined && order(one, other);
}

/** A number as Kubernetes takes it here: no plus sign, no leading zero, and within 64 bits. */
function whole(text: string): bigint | undefined {
  if (!/^(?:0|-?[1-9][0-9]{0,18})$/u.test(text)) return undefined;
  const number = BigInt(text);
  return BigInt.asIntN(64, number) === number ? number : undefined;
}
