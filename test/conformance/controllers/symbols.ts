import type { Seen } from './tracks.ts';

/** Gives every object a name that is the same on both grounds, whatever the API server made up. */
export class Symbols {
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  of(plural: string, object: Seen): string {
    const key = `${plural} ${object.metadata.uid}`;
    const known = this.#known.get(key) ?? this.#name(plural, object);
    this.#known.set(key, known);
    return known;
  }

  #name(plural: string, { metadata, spec }: Seen): string {
    if (plural === 'volumeattachments') return `${plural}/${String((spec?.['source'] as { persistentVolumeName?: string } | undefined)?.persistentVolumeName)} on ${String(spec?.['nodeName'])}`;
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined || owner.kind === 'StatefulSet') return `${plural}/${metadata.name}`;
    // The name of a ReplicaSet ends in the hash of its template, that of its pods in five letters more.
    const family = `${plural} of ${owner.kind === 'ReplicaSet' ? owner.name.replace(/-[a-z0-9]+$/u, '') : owner.name}`;
    const count = (this.#counts.get(family) ?? 0) + 1;
    this.#counts.set(family, count);
    return `${family} #${count}`;
  }
}
