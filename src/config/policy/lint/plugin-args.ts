import { field, hint, type Path, type Remark, warning, when } from './remark.ts';

interface Context {
  readonly nodeFit: boolean;
}

/** Arguments of strategies that a strict reader accepts and that do nothing, or not what the documentation says. */
export function pluginRemarks({ name = '', args }: { readonly name?: string | undefined; readonly args?: unknown }, path: Path, context: Context): Remark[] {
  return byPlugin.get(name)?.(args, path, context) ?? [];
}

type Lint = (args: unknown, path: Path, context: Context) => Remark[];

const byPlugin: ReadonlyMap<string, Lint> = new Map(Object.entries<Lint>({
  RemovePodsViolatingNodeTaints: (args, path) => {
    const excluded = texts(args, 'excludedTaints').filter((entry) => entry.endsWith('='));
    return [
      ...when(isEmptyList(field(args, 'includedTaints')), warning([...path, 'includedTaints'], 'includedTaints: [] includes no taint at all, so the plugin evicts nothing; leave it out to include every taint')),
      ...excluded.map((entry) => warning([...path, 'excludedTaints', texts(args, 'excludedTaints').indexOf(entry)], `${JSON.stringify(entry)} excludes nothing: a taint without value goes by its key alone, ${JSON.stringify(entry.slice(0, -1))}`)),
    ];
  },
  RemovePodsViolatingNodeAffinity: (args, path, { nodeFit }) => {
    const types = texts(args, 'nodeAffinityType');
    const at = [...path, 'nodeAffinityType'];
    return [
      ...types.flatMap((type, index) => (affinityTypes.includes(type) ? [] : [warning([...at, index], `${JSON.stringify(type)} is skipped: the types are ${affinityTypes.join(' and ')}`)])),
      ...when(types.includes(affinityTypes[1] ?? '') && !nodeFit, hint(at, 'a pod is evicted for a preferred node that is full, too, and again when it came back; nodeFit: true of DefaultEvictor softens that')),
    ];
  },
  LowNodeUtilization: (args, path) => {
    const named = Object.keys(field(args, 'thresholds') ?? {});
    const left = ['cpu', 'memory', 'pods'].filter((resource) => !named.includes(resource));
    return when(named.length > 0 && left.length > 0 && field(field(args, 'metricsUtilization'), 'source') !== 'Prometheus', hint([...path, 'thresholds'], `${left.join(' and ')} ${left.length === 1 ? 'does' : 'do'} not decide which nodes are over- or under-utilised; only full capacity is respected (the documentation of the reference speaks of a threshold of 100)`));
  },
  PodLifeTime: (args, path) => when(field(args, 'maxPodLifeTimeSeconds') === 0, hint([...path, 'maxPodLifeTimeSeconds'], '0 evicts every pod that is a second old, if nothing else in the args spares it')),
}));

const affinityTypes: readonly string[] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'];

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const texts = (args: unknown, name: string): string[] => {
  const value = field(args, name);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
};
