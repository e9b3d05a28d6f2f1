/** A policy that both sides accepted, as far as the judge reads it. */
export interface WrittenPolicy {
  readonly nodeSelector?: string;
  readonly maxNoOfPodsToEvictPerNode?: number;
  readonly maxNoOfPodsToEvictPerNamespace?: number;
  readonly maxNoOfPodsToEvictTotal?: number;
  readonly profiles?: readonly WrittenProfile[];
}

export interface WrittenProfile {
  readonly name?: string;
  readonly pluginConfig?: readonly { readonly name: string; readonly args?: object }[];
  readonly plugins?: { readonly deschedule?: PluginSet; readonly balance?: PluginSet };
}

interface PluginSet {
  readonly enabled?: readonly string[];
}

/** One strategy of one profile. */
export interface Part {
  readonly profile: WrittenProfile;
  readonly strategy: string;
  readonly args: object;
}

/** In the order in which a cycle runs them: deschedule of all profiles, then balance. */
export function partsOf({ profiles = [] }: WrittenPolicy): Part[] {
  return (['deschedule', 'balance'] as const).flatMap((point) =>
    profiles.flatMap((profile) =>
      (profile.plugins?.[point]?.enabled ?? []).map((strategy) => ({ profile, strategy, args: profile.pluginConfig?.find(({ name }) => name === strategy)?.args ?? {} })),
    ),
  );
}
