import type { KubeObject } from '../../embedded/api-server/object.ts';
import { elapsed } from '../../model/time.ts';
import { evidenceOf, isDeleting, isReady, messageOf, nodeOf, phaseOf } from '../objects.ts';
import { corruption, taintsLeft, wrongCommands } from './checks.ts';
import type { Recovered } from './outcome.ts';
import { balanceOf, inWords, isSpread } from './scene.ts';
import { elasticsearch, fencesOf, nodeNamed, type Stage, told } from './stage.ts';
import { Disappointed, until } from './until.ts';

/** A kubelet hangs under Elasticsearch; its machine returns to lopsided Deployments. Nobody types anything. */
export async function recovery(stage: Stage): Promise<Recovered> {
  const { node: victim } = elasticsearch(stage);
  const rescue = await elasticsearchMoves(stage);
  await until(stage, `${victim} to boot`, () => isReady(nodeNamed(stage, victim)));
  await until(stage, `the probation of ${victim} to end`, () => fencesOf(stage, victim).some((fence) => phaseOf(fence) === 'Succeeded') && told(stage, 'NodeRestored') > 0);
  const before = balanceOf(stage);
  stage.record({ type: 'chapter', kind: 'note', says: `The replicas of the Deployments are lopsided now: ${inWords(before)} on worker-1 + worker-2 + worker-3` });
  await until(stage, 'evenkeel to spread them, by the policy RemoveDuplicates', () => isSpread(balanceOf(stage)));
  stage.record({ type: 'chapter', kind: 'done', says: `Every worker has one replica of each again: ${inWords(balanceOf(stage))}` });
  await until(stage, 'the last Event', () => told(stage, 'CycleCompleted') > 0);
  const problems = [...wrongCommands(stage, [`off ${victim}`, `on ${victim}`]), ...taintsLeft(stage), ...corruption(stage)];
  return { kind: 'recovered', victim, ...rescue, before, after: balanceOf(stage), problems };
}

async function elasticsearchMoves(stage: Stage): Promise<Pick<Recovered, 'outage' | 'fromProof' | 'movedTo'>> {
  const { cluster, clock, record } = stage;
  const { pod: before, node: victim, volume } = elasticsearch(stage);
  const began = clock.now().tick;
  record({ type: 'chapter', kind: 'incident', says: `The kubelet of ${victim} hangs. Its machine runs on, and elasticsearch-0 on it goes on writing to ${volume}` });
  cluster.machines.machine(victim).stopKubelet();
  await until(stage, `Kubernetes to miss ${victim}`, () => !isReady(nodeNamed(stage, victim)));
  await until(stage, `evenkeel to be sure that ${victim} stays silent, and then that it is off`, () => isProvedOff(stage, victim));
  const proved = clock.now().tick;
  const movedTo = nodeOf(await until(stage, 'elasticsearch-0 to run elsewhere', () => successorOf(before, stage)));
  const [outage, fromProof] = [began, proved].map((since) => Math.round(elapsed(since, clock.now().tick) / 100) / 10) as [number, number];
  record({ type: 'chapter', kind: 'done', says: `elasticsearch-0 has its volume again, on ${movedTo}, ${outage.toFixed(1)} s after the kubelet hung` });
  return { outage, fromProof, movedTo };
}

function isProvedOff(stage: Stage, victim: string): boolean {
  const [fence] = fencesOf(stage, victim);
  if (phaseOf(fence) === 'NeedsHuman') throw new Disappointed(`evenkeel could not prove that ${victim} is off: ${messageOf(fence)}`);
  return evidenceOf(fence) === 'off';
}

function successorOf(before: KubeObject | undefined, stage: Stage): KubeObject | undefined {
  const { pod } = elasticsearch(stage);
  return pod?.metadata.uid !== before?.metadata.uid && isReady(pod) && !isDeleting(pod) ? pod : undefined;
}
