import type { Verb } from '../sequence/operation.ts';
import type { Move, Scene } from './scene.ts';

/** One cell of the table with one way to hit it. */
export interface Intent {
  readonly verb: Verb;
  /** What the real server ought to answer. */
  readonly code: number;
  /** The operation; throws `First` where another has to come before it. */
  plan(scene: Scene): Move;
}

/** Kinds with statuses, subresources and so on differ in what may be meant. */
export type IntentsOf = (scene: Pick<Scene, 'specimen' | 'resource'>) => readonly Intent[];
