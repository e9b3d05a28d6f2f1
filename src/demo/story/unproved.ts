import type { PowerBehaviour } from '../../embedded/machines/fence-device.ts';
import { isOutOfService, isReady, phaseOf, taintsOf } from '../objects.ts';
import { corruption, wrongCommands } from './checks.ts';
import { explain } from './explain.ts';
import type { Refused } from './outcome.ts';
import { type Elasticsearch, elasticsearch, fencesOf, nodeNamed, type Stage, told } from './stage.ts';
import { until } from './until.ts';

/** A kubelet hangs under Elasticsearch, and the fence device does not do its work: without a proof nothing may be released. */
export async function unproved(stage: Stage, power: PowerBehaviour, because: (victim: string) => string): Promise<Refused> {
  const { cluster, record } = stage;
  const before = elasticsearch(stage);
  const { node: victim, volume } = before;
  cluster.machines.device.behave(victim, { power });
  record({ type: 'chapter', kind: 'incident', says: `The kubelet of ${victim} hangs, and its fence device is broken. elasticsearch-0 on it goes on writing to ${volume}` });
  cluster.machines.machine(victim).stopKubelet();
  await until(stage, `Kubernetes to miss ${victim}`, () => !isReady(nodeNamed(stage, victim)));
  await until(stage, `evenkeel to look for a proof that ${victim} is off, in vain`, () => fencesOf(stage, victim).some((fence) => phaseOf(fence) === 'NeedsHuman') && told(stage, 'FencingNeedsHuman') > 0);
  record({ type: 'chapter', kind: 'refused', says: `evenkeel stops here and calls for a person. Nothing of ${victim} was released` });
  await explain(stage, victim);
  return {
    kind: 'refused',
    because: `${because(victim)} Had evenkeel gone on, elasticsearch-0 would now run twice and write to ${volume} from two machines.`,
    refused: ['no out-of-service taint', 'no pod force-deleted', `${volume} stays with ${victim}, where elasticsearch-0 still writes to it`],
    next: [`Look at ${victim} yourself: power, console, BMC.`, `Once it is off, say so: evenkeel confirm-off ${victim}`, 'Or get its kubelet to run again: then the record ends by itself, and nothing was lost.'],
    problems: [...released(stage, before), ...wrongCommands(stage, [`off ${victim}`]), ...corruption(stage)],
  };
}

function released(stage: Stage, { pod, node, volume }: Elasticsearch): string[] {
  const now = elasticsearch(stage);
  const writes = stage.cluster.machines.machine(node).containers().some(({ volumes }) => volumes.includes(volume));
  return [
    ...(now.pod?.metadata.uid === pod?.metadata.uid ? [] : ['elasticsearch-0 was replaced']),
    ...(now.volume === volume && writes ? [] : [`${volume} was taken from ${node}`]),
    ...(taintsOf(nodeNamed(stage, node)).some(isOutOfService) ? [`${node} has the out-of-service taint`] : []),
  ];
}
