import { z } from 'zod';
import { parseSelector } from '../../model/selector.ts';
import { type ArgsProblem, checkLabelSelector, flag, goDuration, int32, labelSelectorArg, labelSelectorOf, problemIf, readArgs, type ReadArgs, text, texts, uint } from './args.ts';
import { type EvictorSettings, type Protection, systemCriticalPriority } from './evictor.ts';

/** The arguments of DefaultEvictor as the policy writes them. */
const schema = z.strictObject({
  nodeSelector: text.optional(),
  labelSelector: labelSelectorArg.optional(),
  namespaceLabelSelector: labelSelectorArg.optional(),
  priorityThreshold: z.strictObject({ value: int32.optional(), name: text.optional() }).optional(),
  nodeFit: flag.optional(),
  minReplicas: uint.optional(),
  minPodAge: goDuration.optional(),
  noEvictionPolicy: text.optional(),
  podProtections: z
    .strictObject({
      defaultDisabled: texts.optional(),
      extraEnabled: texts.optional(),
      config: z
        .strictObject({ PodsWithPVC: z.strictObject({ protectedStorageClasses: z.array(z.strictObject({ name: text.optional() })).optional() }).optional() })
        .optional(),
    })
    .optional(),
  evictLocalStoragePods: flag.optional(),
  evictDaemonSetPods: flag.optional(),
  evictSystemCriticalPods: flag.optional(),
  evictFailedBarePods: flag.optional(),
  ignorePvcPods: flag.optional(),
  ignorePodsWithoutPDB: flag.optional(),
});

export const evictorArgNames: readonly string[] = Object.keys(schema.shape);

export type EvictorArgs = z.infer<typeof schema>;

export const readEvictorArgs = (raw: unknown): ReadArgs<EvictorArgs> => readArgs(schema, raw, check);

const onByDefault: readonly Protection[] = ['PodsWithLocalStorage', 'DaemonSetPods', 'SystemCriticalPods', 'FailedBarePods'];
const offByDefault: readonly Protection[] = ['PodsWithPVC', 'PodsWithoutPDB', 'PodsWithResourceClaims'];

/** The old switches: what each turns off, or on. */
const legacyOff = { evictLocalStoragePods: 'PodsWithLocalStorage', evictDaemonSetPods: 'DaemonSetPods', evictSystemCriticalPods: 'SystemCriticalPods', evictFailedBarePods: 'FailedBarePods' } as const;
const legacyOn = { ignorePvcPods: 'PodsWithPVC', ignorePodsWithoutPDB: 'PodsWithoutPDB' } as const;

function check(args: EvictorArgs): ArgsProblem[] {
  const { priorityThreshold, noEvictionPolicy = '' } = args;
  return [
    ...problemIf(priorityThreshold?.value !== undefined && isGiven(priorityThreshold.name), ['priorityThreshold'], 'priority threshold misconfigured, only one of priorityThreshold fields can be set'),
    ...problemIf(!['', 'Preferred', 'Mandatory'].includes(noEvictionPolicy), ['noEvictionPolicy'], `noEvictionPolicy accepts only "Preferred" and "Mandatory", not ${JSON.stringify(noEvictionPolicy)}`),
    ...checkProtections(args),
    ...checkLabelSelector(args.labelSelector, { field: 'labelSelector', what: 'DefaultEvictor labelSelector' }),
    ...checkLabelSelector(args.namespaceLabelSelector, { field: 'namespaceLabelSelector', what: 'DefaultEvictor namespaceLabelSelector' }),
  ];
}

function checkProtections(args: EvictorArgs): ArgsProblem[] {
  const { defaultDisabled = [], extraEnabled = [], config } = args.podProtections ?? {};
  const legacy = [...Object.keys(legacyOff), ...Object.keys(legacyOn)].filter((name) => args[name as keyof EvictorArgs] === true);
  const nameless = (config?.PodsWithPVC?.protectedStorageClasses ?? []).some(({ name }) => !isGiven(name));
  return [
    ...checkNames('defaultDisabled', defaultDisabled, onByDefault),
    ...checkNames('extraEnabled', extraEnabled, offByDefault),
    ...problemIf(legacy.length > 0 && isNewStyle(args), legacy.slice(0, 1), `${legacy.join(', ')} cannot be used together with podProtections.defaultDisabled or podProtections.extraEnabled`),
    ...problemIf(nameless && extraEnabled.includes('PodsWithPVC'), ['podProtections', 'config', 'PodsWithPVC', 'protectedStorageClasses'], 'podProtections.config.PodsWithPVC.protectedStorageClasses: a storage class needs a name'),
  ];
}

const isGiven = (name: string | undefined): boolean => name !== undefined && name !== '';

function checkNames(list: string, names: readonly string[], allowed: readonly Protection[]): ArgsProblem[] {
  const unknown = names.filter((name) => !(allowed as readonly string[]).includes(name));
  const path = (name: string): ArgsProblem['path'] => ['podProtections', list, names.lastIndexOf(name)];
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  return [
    ...unknown.map((name) => ({ path: path(name), says: `podProtections.${list}: ${JSON.stringify(name)} is not one of ${allowed.join(', ')}` })),
    ...[...twice].map((name) => ({ path: path(name), says: `podProtections.${list}: ${JSON.stringify(name)} is listed twice` })),
  ];
}

const isNewStyle = ({ podProtections }: EvictorArgs): boolean => (podProtections?.defaultDisabled ?? []).length + (podProtections?.extraEnabled ?? []).length > 0;

function activeProtections(args: EvictorArgs): ReadonlySet<Protection> {
  const { defaultDisabled = [], extraEnabled = [] } = args.podProtections ?? {};
  const newStyle = isNewStyle(args);
  const off: readonly string[] = newStyle ? defaultDisabled : Object.entries(legacyOff).flatMap(([name, what]) => (args[name as keyof EvictorArgs] === true ? [what] : []));
  const on = newStyle ? (extraEnabled as Protection[]) : Object.entries(legacyOn).flatMap(([name, what]) => (args[name as keyof EvictorArgs] === true ? [what] : []));
  return new Set([...onByDefault.filter((name) => !off.includes(name)), ...on]);
}

/** Applies the defaults. `threshold` is the resolved priority: a number from the file, or that of the named class. */
export function evictorSettings(args: EvictorArgs, threshold: number = systemCriticalPriority): EvictorSettings {
  const nodes = parseSelector(args.nodeSelector ?? '');
  return {
    active: activeProtections(args),
    protectedStorageClasses: new Set((args.podProtections?.config?.PodsWithPVC?.protectedStorageClasses ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]))),
    priorityThreshold: threshold,
    labelSelector: labelSelectorOf(args.labelSelector),
    namespaceLabelSelector: labelSelectorOf(args.namespaceLabelSelector),
    nodeSelector: 'selector' in nodes ? nodes.selector : undefined,
    nodeFit: args.nodeFit ?? false,
    minReplicas: args.minReplicas ?? 0,
    minPodAge: args.minPodAge,
    mandatory: args.noEvictionPolicy === 'Mandatory',
  };
}
