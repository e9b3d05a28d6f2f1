import type { Expression, Labels, NodeTerm, Selector, Taint, Toleration } from './objects.ts';
import type { Random } from './random.ts';
import { apps, hostKey, tiers, zoneKey, zones } from './words.ts';

/** A LabelSelector over what pods carry, in all its operators. */
export function podSelector(random: Random): Selector {
  const app = random.pick(apps);
  return random.pick<() => Selector>([
    () => ({ matchLabels: { app } }),
    () => ({ matchLabels: { app, tier: random.pick(tiers) } }),
    () => ({ matchLabels: { tier: random.pick(tiers) } }),
    () => ({ matchExpressions: [{ key: 'app', operator: 'In', values: random.some(apps) }] }),
    () => ({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: [app] }] }),
    () => ({ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }),
    () => ({ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }),
    () => ({ matchLabels: { tier: random.pick(tiers) }, matchExpressions: [{ key: 'app', operator: 'In', values: random.some(apps) }] }),
  ])();
}

/** A selector in its text form over what nodes carry. */
export function nodeSelectorText(random: Random): string {
  const zone = random.pick(zones);
  return random.pick([`${zoneKey}=${zone}`, `${zoneKey}!=${zone}`, `${zoneKey} in (${random.some(zones).join(',')})`, `${zoneKey} notin (${zone})`, 'disk', '!disk', 'disk=ssd', 'disk!=ssd', 'slots>4', 'slots<6', `${zoneKey}!=${zone},disk`]);
}

export const nodeSelectorMap = (random: Random): Labels => random.pick<Labels>([{ disk: 'ssd' }, { disk: 'hdd' }, { [zoneKey]: random.pick(zones) }, { [zoneKey]: random.pick(zones), disk: 'ssd' }]);

const nodeExpression = (random: Random): Expression =>
  random.pick<() => Expression>([
    () => ({ key: zoneKey, operator: 'In', values: random.some(zones).slice(0, 2) }),
    () => ({ key: zoneKey, operator: 'NotIn', values: [random.pick(zones)] }),
    () => ({ key: 'disk', operator: 'In', values: [random.pick(['ssd', 'hdd'])] }),
    () => ({ key: 'disk', operator: 'Exists' }),
    () => ({ key: 'disk', operator: 'DoesNotExist' }),
    () => ({ key: 'slots', operator: 'Gt', values: [String(random.int(2, 6))] }),
    () => ({ key: 'slots', operator: 'Lt', values: [String(random.int(3, 7))] }),
  ])();

export function nodeTerm(random: Random, nodeNames: readonly string[]): NodeTerm {
  if (random.chance(0.12)) return { matchFields: [{ key: 'metadata.name', operator: random.pick(['In', 'NotIn']), values: [random.pick(nodeNames)] }] };
  if (random.chance(0.03)) return {};
  if (random.chance(0.03)) return { matchExpressions: [{ key: 'slots', operator: 'Gt', values: ['many'] }] };
  const expressions = [nodeExpression(random), ...(random.chance(0.25) ? [nodeExpression(random)] : [])];
  const fields = random.chance(0.08) ? { matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: [random.pick(nodeNames)] }] } : {};
  return { matchExpressions: expressions, ...fields };
}

export const taint = (random: Random): Taint =>
  random.pick<() => Taint>([
    () => ({ key: 'dedicated', value: random.pick(['db', 'web']), effect: 'NoSchedule' }),
    () => ({ key: 'dedicated', value: 'db', effect: 'NoExecute' }),
    () => ({ key: 'decom', effect: random.pick(['NoSchedule', 'PreferNoSchedule']) }),
    () => ({ key: 'level', value: random.pick(['1', '3', '5', '7', '07', '+4', 'high']), effect: random.pick(['NoSchedule', 'PreferNoSchedule']) }),
    () => ({ key: 'spot', value: 'true', effect: random.pick(['NoSchedule', 'PreferNoSchedule', 'NoExecute']) }),
  ])();

export const toleration = (random: Random): Toleration =>
  random.pick<() => Toleration>([
    () => ({ operator: 'Exists' }),
    () => ({ key: 'dedicated', operator: 'Equal', value: random.pick(['db', 'web']), effect: 'NoSchedule' }),
    () => ({ key: 'dedicated', value: 'db' }),
    () => ({ key: 'dedicated', operator: 'Exists' }),
    () => ({ key: 'decom', operator: 'Exists', effect: 'NoSchedule' }),
    () => ({ key: 'decom', operator: 'Exists' }),
    () => ({ key: 'level', operator: random.pick(['Gt', 'Lt']), value: random.pick(['2', '4', '6', '8', '06', 'low']) }),
    () => ({ key: 'spot', operator: 'Exists', effect: random.pick(['NoExecute', 'PreferNoSchedule', 'NoSchedule']) }),
    () => ({ key: 'spot', operator: 'Equal', value: 'true' }),
    () => ({ operator: 'Equal', value: 'true' }),
    () => ({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }),
  ])();

export const topologyKey = (random: Random): string => random.pick([zoneKey, zoneKey, hostKey]);
