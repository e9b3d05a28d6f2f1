import type { Stage } from './stage.ts';

/** Asks evenkeel itself, as a person on call would, and shows the answer. */
export async function explain(stage: Stage, node: string): Promise<void> {
  stage.waitFor(`the answer of evenkeel why ${node}`);
  stage.record({ type: 'answer', command: `evenkeel why ${node}`, says: await stage.ask('why', node) });
}
