import type { Break } from '../breaks.ts';
import type { World } from '../process/world.ts';
import { broken } from './broken.ts';
import type { Outcome } from './outcome.ts';
import { recovery } from './recovery.ts';
import { balanceOf, inWords, setScene } from './scene.ts';
import { type Stage, told } from './stage.ts';
import { Disappointed, Interrupted, type Patience, until } from './until.ts';

export interface PlayParts extends Patience, Pick<Stage, 'record'> {
  /** Runs one command of evenkeel, as typed, and returns what it prints. */
  evenkeel(args: readonly string[]): Promise<string>;
}

/** Plays one story to its end. What a story may run into is a value: it waited in vain, a person stopped it, or the controller ended. */
export async function play(what: Break | undefined, { clock, stop, waitFor, record, evenkeel }: PlayParts, { cluster, controller, kubeconfig }: World): Promise<Outcome | Disappointed | Interrupted> {
  const over = new AbortController();
  void controller.ended.then(() => over.abort());
  const stage: Stage = { clock, stop: AbortSignal.any([stop, over.signal]), waitFor, cluster, record, ask: (...args) => evenkeel([...args, '--kubeconfig', kubeconfig]) };
  try {
    return await tell(what, stage);
  } catch (error) {
    if (error instanceof Interrupted && !stop.aborted) return new Interrupted(`evenkeel run ended (${await controller.ended}) while the demo waited for ${error.message}`);
    if (error instanceof Disappointed || error instanceof Interrupted) return error;
    throw error;
  }
}

async function tell(what: Break | undefined, stage: Stage): Promise<Outcome> {
  await setScene(stage);
  await until(stage, 'the controller to lead', () => told(stage, 'LeaderChanged') > 0);
  stage.record({ type: 'chapter', kind: 'setup', says: 'Three workers are Ready, and evenkeel leads. elasticsearch has two replicas, each with a block volume that one machine at a time can use' });
  stage.record({ type: 'chapter', kind: 'setup', says: `The Deployments have three replicas each: ${inWords(balanceOf(stage))} on worker-1 + worker-2 + worker-3` });
  return what === undefined ? recovery(stage) : broken(what, stage);
}
