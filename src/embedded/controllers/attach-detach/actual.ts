import type { Tick } from '../../../model/time.ts';

interface Attachment {
  /** False: it may be attached or not; an attach or a detach failed, or a VolumeAttachment was found at the start. */
  isConfirmed: boolean;
  /** Since when nobody needs it there. */
  unneededSince: Tick | undefined;
}

/** Where volumes are attached, as far as this controller knows, and what nodes say they have in use. Lives in memory. */
export class Actual {
  readonly #nodes = new Map<string, Map<string, Attachment>>();
  readonly #volumesOn = new Map<string, Set<string>>();
  readonly #inUse = new Map<string, Set<string>>();

  nodesOf(volume: string): readonly string[] {
    return [...(this.#nodes.get(volume)?.keys() ?? [])];
  }

  confirmedNodesOf(volume: string): readonly string[] {
    return this.nodesOf(volume).filter((node) => this.isConfirmed(volume, node));
  }

  volumesOn(node: string): readonly string[] {
    return [...(this.#volumesOn.get(node) ?? [])];
  }

  isConfirmed(volume: string, node: string): boolean {
    return this.#nodes.get(volume)?.get(node)?.isConfirmed === true;
  }

  has(volume: string, node: string): boolean {
    return this.#nodes.get(volume)?.has(node) === true;
  }

  /** A volume that was not there before counts as in use until the node says otherwise. */
  mark(volume: string, node: string, isConfirmed: boolean): void {
    const nodes = this.#nodes.get(volume) ?? new Map<string, Attachment>();
    this.#nodes.set(volume, nodes);
    const known = nodes.get(node);
    if (known !== undefined) {
      known.isConfirmed = isConfirmed;
      return;
    }
    nodes.set(node, { isConfirmed, unneededSince: undefined });
    this.#volumesOn.set(node, (this.#volumesOn.get(node) ?? new Set()).add(volume));
    this.#inUse.set(node, (this.#inUse.get(node) ?? new Set()).add(volume));
  }

  remove(volume: string, node: string): void {
    const nodes = this.#nodes.get(volume);
    nodes?.delete(node);
    if (nodes?.size === 0) this.#nodes.delete(volume);
    this.#volumesOn.get(node)?.delete(volume);
  }

  /** What the node says in `volumesInUse`. After its object is gone the last word stays. */
  setInUse(node: string, volumes: readonly string[]): void {
    this.#inUse.set(node, new Set(volumes));
  }

  isInUse(volume: string, node: string): boolean {
    return this.#inUse.get(node)?.has(volume) === true;
  }

  /** Since when nobody needs the volume there: the moment of the first call. */
  unneeded(volume: string, node: string, now: Tick): Tick {
    const attachment = this.#nodes.get(volume)?.get(node);
    if (attachment === undefined) return now;
    attachment.unneededSince ??= now;
    return attachment.unneededSince;
  }

  needed(volume: string, node: string): void {
    const attachment = this.#nodes.get(volume)?.get(node);
    if (attachment !== undefined) attachment.unneededSince = undefined;
  }
}
