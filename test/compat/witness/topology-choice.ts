import type { PodRecord } from '../../../src/model/cluster.ts';
import { sameKey } from './keys.ts';
import type { Domain, Ranked, SizeClass } from './topology-domains.ts';

/** What is known of the pods once all is over. */
export interface Known {
  readonly evicted: ReadonlySet<PodRecord>;
  /** A pod that would have been evicted, had it been selected: no filter and no limit stands against it. */
  readonly wouldGo: (pod: PodRecord) => boolean;
}

/** The pods that a domain loses when `count` are taken: some for certain, the last ones out of those of equal rank. */
interface Loss {
  readonly certain: readonly Ranked[];
  readonly tied: readonly Ranked[];
  readonly picks: number;
}

/** More than this is not searched: then only what every choice demands was checked. */
const mostSteps = 20_000;

/** Whether some way to break the ties of all constraints of a namespace explains who was evicted and who was not. */
export function isExplained(constraints: readonly (readonly SizeClass[])[], known: Known): boolean {
  const classes = constraints.flat().filter(({ taken }) => taken.some((count) => count > 0));
  const selecting = classes.flatMap(({ domains }) => domains.flatMap(({ ranked }) => ranked.filter(({ isSelected }) => isSelected).map(({ pod }) => pod)));
  const times = Map.groupBy(selecting, (pod) => pod);
  return new Search(classes, known, (pod) => times.get(pod)?.length === 1).explains();
}

class Search {
  readonly #classes: readonly SizeClass[];
  readonly #known: Known;
  readonly #isOnlyHere: (pod: PodRecord) => boolean;
  #steps = 0;

  constructor(classes: readonly SizeClass[], known: Known, isOnlyHere: (pod: PodRecord) => boolean) {
    this.#classes = classes;
    this.#known = known;
    this.#isOnlyHere = isOnlyHere;
  }

  explains(): boolean {
    return this.#fromClass(0, []);
  }

  #fromClass(at: number, losses: readonly Loss[]): boolean {
    const next = this.#classes[at];
    return next === undefined ? covers(losses, this.#known.evicted) : this.#fromDomain(next.domains, next.taken, losses, (more) => this.#fromClass(at + 1, more));
  }

  /** Hands the numbers out to the domains in every way that is not wrong by itself. */
  #fromDomain(domains: readonly Domain[], left: readonly number[], losses: readonly Loss[], andThen: (losses: readonly Loss[]) => boolean): boolean {
    const [domain, ...others] = domains;
    if (domain === undefined) return andThen(losses);
    for (const count of new Set(left)) {
      this.#steps += 1;
      if (this.#steps > mostSteps) return true;
      const loss = lossOf(domain, count);
      if (this.#isPossible(domain, loss) && this.#fromDomain(others, left.toSpliced(left.indexOf(count), 1), [...losses, loss], andThen)) return true;
    }
    return false;
  }

  #isPossible({ ranked }: Domain, { certain, tied, picks }: Loss): boolean {
    const contradicts = ({ pod, isSelected }: Ranked): boolean => isSelected && !this.#known.evicted.has(pod) && this.#known.wouldGo(pod);
    if (certain.some(contradicts) || tied.filter((each) => !contradicts(each)).length < picks) return false;
    const explainedHere = ranked.filter(({ pod, isSelected }) => isSelected && this.#known.evicted.has(pod) && this.#isOnlyHere(pod));
    return explainedHere.every((each) => certain.includes(each) || tied.includes(each)) && explainedHere.filter((each) => tied.includes(each)).length <= picks;
  }
}

export function lossOf({ ranked }: Domain, count: number): Loss {
  const last = ranked[count - 1];
  if (last === undefined) return { certain: [], tied: [], picks: 0 };
  const tied = ranked.filter(({ key }) => sameKey(key, last.key));
  const certain = ranked.slice(0, count).filter(({ key }) => !sameKey(key, last.key));
  return { certain, tied, picks: count - certain.length };
}

/** Every evicted pod must be lost by some domain; of tied pods no domain loses more than its picks. */
function covers(losses: readonly Loss[], evicted: ReadonlySet<PodRecord>): boolean {
  const certain = new Set(losses.flatMap((loss) => loss.certain.filter(({ isSelected }) => isSelected).map(({ pod }) => pod)));
  const picked = losses.map((): PodRecord[] => []);
  return [...evicted].filter((pod) => !certain.has(pod)).every((pod) => place(pod, losses, picked, new Set()));
}

/** Finds a domain that picks the pod, moving others to another of their domains where that makes room. */
function place(pod: PodRecord, losses: readonly Loss[], picked: readonly PodRecord[][], tried: Set<number>): boolean {
  for (const [at, { tied, picks }] of losses.entries()) {
    if (tried.has(at) || !tied.some((each) => each.isSelected && each.pod === pod)) continue;
    tried.add(at);
    const here = picked[at] ?? [];
    if (here.length < picks) {
      here.push(pod);
      return true;
    }
    const moved = here.findIndex((other) => place(other, losses, picked, tried));
    if (moved === -1) continue;
    here[moved] = pod;
    return true;
  }
  return false;
}
