import type { PodRecord } from '../../../src/model/cluster.ts';
import type { Instant } from '../../../src/model/time.ts';
import type { Attempt, Case, Verdict } from '../case.ts';
import { type Ground, groundOf, viewOf } from './ground.ts';
import { partsOf, type Part } from './policy.ts';
import { witnesses } from './strategies.ts';
import { title, type Witness } from './witness.ts';

/**
 * Steps the evictions of a case through the rules of the specification: each has to be a legal next choice, and the end a
 * legal stop. It plans nothing itself, so it accepts every order that the rules leave open.
 */
export function replay(given: Case, evictions: readonly Attempt[], now: Instant): Verdict {
  const ground = groundOf(given, now);
  const parts = ground.nodes.length < 2 ? [] : partsOf(given.policy);
  const run = new Run(ground, given, parts);
  for (const [at, eviction] of evictions.entries()) {
    const because = run.next(eviction);
    if (because !== undefined) return { legal: false, at, because };
  }
  const because = run.stop();
  return because === undefined ? { legal: true } : { legal: false, at: evictions.length, because };
}

/** The parts of a cycle one after the other, with the limits that they share. */
class Run {
  readonly #ground: Ground;
  readonly #case: Case;
  readonly #parts: Part[];
  readonly #pods: ReadonlyMap<string, PodRecord>;
  #witness: Witness | undefined;

  constructor(ground: Ground, given: Case, parts: readonly Part[]) {
    this.#ground = ground;
    this.#case = given;
    this.#parts = [...parts];
    this.#pods = new Map(ground.nodes.flatMap(({ name }) => ground.index.allPodsOn(name)).map((pod) => [title(pod), pod]));
    this.#open();
  }

  next(eviction: Attempt): string | undefined {
    const pod = this.#pods.get(title(eviction));
    if (pod === undefined) return `${title(eviction)} is no pod on a node of the cycle`;
    while (this.#witness !== undefined) {
      const refused = this.#isBy(eviction) ? this.#witness.next(pod) : this.#witness.stop();
      if (refused === undefined && this.#isBy(eviction)) {
        this.#ground.limits.count(pod);
        return undefined;
      }
      if (refused !== undefined && !this.#isRepeated(eviction)) return this.#say(refused);
      this.#parts.shift();
      this.#open();
    }
    return `${eviction.profile}/${eviction.strategy} has no further turn`;
  }

  stop(): string | undefined {
    while (this.#witness !== undefined) {
      const left = this.#witness.stop();
      if (left !== undefined) return this.#say(left);
      this.#parts.shift();
      this.#open();
    }
    return undefined;
  }

  #open(): void {
    const part = this.#parts[0];
    this.#witness = part === undefined ? undefined : witnesses[part.strategy]?.(viewOf(this.#ground, this.#case, part.profile), part.args);
    if (part !== undefined && this.#witness === undefined) throw new Error(`The judge knows no strategy ${part.strategy}`);
  }

  #isBy({ profile, strategy }: Attempt, part: Part | undefined = this.#parts[0]): boolean {
    return part !== undefined && (part.profile.name ?? '') === profile && part.strategy === strategy;
  }

  /** The policy names the same plugin again: what the first run of it refuses, once it may stop, is for the second. */
  #isRepeated(eviction: Attempt): boolean {
    return this.#isBy(eviction) && this.#parts.slice(1).some((part) => this.#isBy(eviction, part)) && this.#witness?.stop() === undefined;
  }

  #say = (because: string): string => `${this.#parts[0]?.profile.name ?? ''}/${this.#parts[0]?.strategy ?? ''}: ${because}`;
}
