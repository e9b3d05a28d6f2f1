import type { StartGround } from './ground.ts';
import { Recorder, type Step } from './recorder.ts';
import type { Situation } from './situation.ts';
import { Stage } from './stage.ts';

/** What a situation looked like on one ground. */
export interface Recording {
  readonly situation: string;
  readonly title: string;
  readonly ground: string;
  readonly steps: readonly Step[];
}

/** Plays a situation from a fresh cluster to its end, and tells what changed. */
export async function playSituation(situation: Situation, start: StartGround): Promise<Recording> {
  const ground = await start(situation.wishes);
  const recorder = new Recorder(ground);
  const stage = new Stage(ground, recorder);
  try {
    await recorder.start();
    await situation.prepare(stage);
    await situation.play(stage);
    return { situation: situation.name, title: situation.title, ground: ground.name, steps: recorder.finish() };
  } catch (error) {
    const last = recorder.finish().at(-1);
    const seen = last?.changes.slice(-20).map(({ at, object, aspect, value }) => `${at} s ${object} ${aspect} ${value}`) ?? [];
    throw new Error(`${situation.name}, "${last?.title ?? 'before the first step'}": ${error instanceof Error ? error.message : String(error)}. What changed last:\n      ${seen.join('\n      ')}`, { cause: error });
  } finally {
    recorder.finish();
    await ground.stop();
  }
}
