import type { PodRecord } from '../../model/cluster.ts';
import type { ClusterFacts, RebalanceEntry } from '../../model/rebalancing.ts';
import { evictAnnotation } from './evictor.ts';
import { byNamespaceAndName } from './order.ts';

/** What people should know of the cluster before a run: once for each run, however many pods it concerns. */
export function warningsBefore({ pods }: Pick<ClusterFacts, 'pods'>): RebalanceEntry[] {
  const meantToStay = pods.filter(saysNo);
  const [first] = meantToStay.toSorted(byNamespaceAndName);
  if (first === undefined) return [];
  const name = `${first.namespace}/${first.name}`;
  const says = `the annotation ${evictAnnotation} with the value ${JSON.stringify(first.annotations[evictAnnotation])}: it counts by being there, so that nothing protects`;
  return [warning(meantToStay.length === 1 ? `The pod ${name} has ${says} it; take it away` : `${meantToStay.length} pods, ${name} for one, have ${says} them; take it away`)];
}

const saysNo = ({ annotations }: PodRecord): boolean => Object.hasOwn(annotations, evictAnnotation) && /^(?:false|no|off|0|f)$/iu.test(annotations[evictAnnotation] ?? '');

const warning = (because: string): RebalanceEntry => ({ kind: 'warning', because });
