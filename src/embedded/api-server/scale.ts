import { checkType } from './bodies.ts';
import { isMap, mapOf } from './json.ts';
import { changeOf, type PatchRequest } from './patch.ts';
import type { KubeObject } from './object.ts';
import { badRequest, invalid, wrongValue } from './refusals.ts';

/** The replicas of a workload alone (`autoscaling/v1 Scale`). */
export function scaleOf({ metadata, spec, status }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = selectorText(mapOf(spec)['selector']);
  const replicas = mapOf(spec)['replicas'];
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: typeof replicas === 'number' && replicas > 0 ? { replicas } : {},
    status: { replicas: mapOf(status)['replicas'] ?? 0, ...(selector === '' ? {} : { selector }) },
  };
}

/** The workload with the replicas that a scale asks for. */
export function scaled(current: KubeObject, scale: KubeObject): KubeObject {
  const replicas = mapOf(scale.spec)['replicas'] ?? 0;
  if (!Number.isInteger(replicas)) throw badRequest('Scale in version "v1" cannot be handled as a Scale: spec.replicas must be a whole number');
  if ((replicas as number) < 0) throw invalid({ group: 'autoscaling', kind: 'Scale' }, current.metadata.name, [wrongValue('spec.replicas', replicas, 'must be greater than or equal to 0')]);
  const { resourceVersion, uid } = scale.metadata;
  return { ...current, metadata: { ...current.metadata, uid: uid ?? current.metadata.uid, resourceVersion: resourceVersion ?? '' }, spec: { ...current.spec, replicas } };
}

/** Reads a Scale that replaces the current one. */
export function readScale(value: unknown): KubeObject {
  if (!isMap(value)) throw badRequest('the object provided is unrecognized (must be of type Scale): it is no JSON object');
  checkType(value, { kind: 'Scale', apiVersions: ['autoscaling/v1'] });
  return { metadata: {}, ...value } as unknown as KubeObject;
}

/** What a patch makes of a workload, read as a patch of its scale. */
export const scalePatch = (request: PatchRequest) => (current: KubeObject): KubeObject => scaled(current, changeOf(request, scaleOf(current)));

/** `app=a,tier in (x,y)`: a selector as text. */
function selectorText(selector: unknown): string {
  const labels = Object.entries(mapOf(mapOf(selector)['matchLabels'])).map(([key, value]) => `${key}=${String(value)}`);
  const expressions: readonly unknown[] = Array.isArray(mapOf(selector)['matchExpressions']) ? (mapOf(selector)['matchExpressions'] as readonly unknown[]) : [];
  return [...labels, ...expressions.map((each) => expressionText(mapOf(each)))].sort().join(',');
}

function expressionText(expression: Readonly<Record<string, unknown>>): string {
  const { key, operator, values } = expression as { readonly key: string; readonly operator: string; readonly values?: readonly string[] };
  switch (operator) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${(values ?? []).toSorted().join(',')})`;
  }
}
