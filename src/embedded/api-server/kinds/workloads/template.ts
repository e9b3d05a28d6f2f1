import { type Fields, field, fields, list, text, textMap, within } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { forbidden, immutable, invalid, notSupported, required } from '../causes.ts';
import { checkLabels, checkSelector, isEmptySelector, selects } from '../label-selector.ts';
import { checkPodSpec } from '../pod/check-spec.ts';
import { podSpecDefaults } from '../pod/defaults.ts';
import { same } from '../same.ts';

/** A spec with its pod template completed. */
export function withTemplateDefaults(spec: Fields): Fields {
  const template = within(spec, 'template');
  return { ...spec, template: { ...template, spec: podSpecDefaults(within(template, 'spec')) } };
}

export interface SelectorRules {
  /** The word for the kind in the complaint about an empty selector. */
  readonly word: string;
  /** False where a missing selector counts as an empty one. */
  readonly required: boolean;
  /** What is said of a selector as a whole when a part of it is wrong; nothing when absent. */
  readonly wrong?: string;
}

/** The selector of something that makes pods. */
export function checkOwnSelector(spec: Fields, rules: SelectorRules): Cause[] {
  const selector = field(spec, 'selector') ?? undefined;
  if (selector === undefined) return rules.required ? [required('spec.selector')] : [];
  const from = fields(selector);
  const parts = checkSelector(from, 'spec.selector');
  return [
    ...parts,
    ...(parts.length > 0 && rules.wrong !== undefined ? [invalid('spec.selector', selector, rules.wrong)] : []),
    ...(isEmptySelector(from) ? [invalid('spec.selector', selector, `empty selector is invalid for ${rules.word}`)] : []),
  ];
}

/** The template: a pod that the selector selects. `volumes` are those that exist besides its own. */
export function checkTemplate(spec: Fields, volumes: readonly Fields[] = []): Cause[] {
  const template = within(spec, 'template');
  const pod = within(template, 'spec');
  const added = volumes.map((each) => text(each, 'name'));
  const own = list(pod, 'volumes').filter((each) => !added.includes(text(fields(each), 'name')));
  return [
    ...checkTemplateLabels(spec),
    ...checkLabels(textMap(within(template, 'metadata'), 'labels'), 'spec.template.labels'),
    ...checkPodSpec(volumes.length === 0 ? pod : { ...pod, volumes: [...volumes, ...own] }, 'spec.template.spec'),
  ];
}

/** No selector selects nothing; of one that is wrong nothing can be said. */
function checkTemplateLabels(spec: Fields): Cause[] {
  const selector = field(spec, 'selector') ?? undefined;
  const labels = textMap(within(within(spec, 'template'), 'metadata'), 'labels');
  if (selector !== undefined && (checkSelector(fields(selector), '').length > 0 || isEmptySelector(fields(selector)) || selects(fields(selector), labels))) return [];
  const shown = Object.keys(labels).length === 0 ? null : labels;
  return [invalid('spec.template.metadata.labels', shown, '`selector` does not match template `labels`')];
}

/** Pods of these run for ever. */
export function checkRunsForever(spec: Fields, kind: string): Cause[] {
  const pod = within(within(spec, 'template'), 'spec');
  const policy = text(pod, 'restartPolicy');
  return [
    ...(policy === 'Always' ? [] : [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])]),
    ...(field(pod, 'activeDeadlineSeconds') === undefined ? [] : [forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
}

/** These parts of the spec cannot change. */
export function checkFixed(object: KubeObject, current: KubeObject | undefined, names: readonly string[]): Cause[] {
  if (current === undefined) return [];
  const [spec, before] = [fields(object.spec), fields(current.spec)];
  return names.flatMap((name) => (same(field(spec, name) ?? null, field(before, name) ?? null) ? [] : [invalid(`spec.${name}`, field(spec, name), immutable)]));
}
