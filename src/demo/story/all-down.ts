import { resources } from '../../kube/paths.ts';
import { seconds } from '../../model/time.ts';
import { isReady, phaseOf, reasonOf } from '../objects.ts';
import { corruption, taintsLeft, wrongCommands } from './checks.ts';
import { explain } from './explain.ts';
import type { Refused } from './outcome.ts';
import { search, workers } from './scene.ts';
import { fencesOf, nodeNamed, nodesOf, podsOf, type Stage, told } from './stage.ts';
import { until } from './until.ts';

/** Every kubelet falls silent at once, and comes back: fencing them would have been the only damage. */
export async function allDown(stage: Stage): Promise<Refused> {
  const { cluster, record } = stage;
  const before = uids(stage);
  // evenkeel calls itself blind until it has seen Leases move, and that is another reason to hold than the one of this story.
  for (let count = 0; count < 2; count += 1) await leasesMove(stage);
  record({ type: 'chapter', kind: 'incident', says: `The kubelets of all ${workers.length} workers fall silent at once, as when a switch or the network of the API server fails` });
  for (const machine of cluster.machines.all) machine.stopKubelet();
  await until(stage, 'Kubernetes to miss them', () => nodesOf(stage).every((node) => !isReady(node)));
  await until(stage, 'evenkeel to judge', () => workers.every((name) => fencesOf(stage, name).some((fence) => reasonOf(fence) === 'TooManyUnhealthy')) && told(stage, 'FencingHeld') >= workers.length);
  record({ type: 'chapter', kind: 'refused', says: 'evenkeel holds: so many dead machines at once are more likely one dead network' });
  await explain(stage, workers[0]);
  await mend(stage);
  return {
    kind: 'refused',
    because: '3 of 3 nodes were down, more than guards.maxUnhealthy (40%, here 1 node) allows. Had evenkeel fenced them, the mended network would have found a cluster without a machine.',
    refused: ['no machine switched off', 'no pod deleted', 'no node tainted by evenkeel'],
    next: ['Nothing: every record has ended by itself.'],
    problems: [...wrongCommands(stage, []), ...(uids(stage) === before ? [] : ['pods of elasticsearch were replaced']), ...taintsLeft(stage), ...corruption(stage)],
  };
}

async function mend(stage: Stage): Promise<void> {
  const { cluster, clock, record, stop, waitFor } = stage;
  waitFor('the network to be mended');
  await clock.sleep(seconds(3), stop);
  record({ type: 'chapter', kind: 'note', says: 'The network is mended: the kubelets are heard again, one after the other' });
  for (const machine of cluster.machines.all) {
    machine.startKubelet();
    await until(stage, `${machine.name} to be Ready`, () => isReady(nodeNamed(stage, machine.name)));
  }
  await until(stage, 'every record to end', () => fencesOf(stage).every((fence) => phaseOf(fence) === 'Recovered') && told(stage, 'NodeRecovered') === workers.length);
}

async function leasesMove(stage: Stage): Promise<void> {
  const renewals = (): string[] => [...stage.cluster.server.store.list(resources.leases, 'kube-node-lease')].map(({ metadata }) => metadata.resourceVersion);
  const before = renewals();
  await until(stage, 'every kubelet to renew its Lease', () => renewals().every((version, index) => version !== before[index]));
}

const uids = (stage: Stage): string => podsOf(stage, search).map(({ metadata }) => metadata.uid).toSorted().join();
