import type { Resource } from '../../kube/paths.ts';
import { badRequest } from './refusals.ts';

/** What a path names in the REST API. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly plural: string;
  /** Absent: the collection. */
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** Reads `/api/v1/namespaces/x/pods/y/status`; undefined for paths that name no resource (discovery, health, unknown ones). */
export function readPath(path: string): ResourcePath | undefined {
  const [root, ...segments] = path.split('/').slice(1).map(decode);
  const parts = segments.at(-1) === '' ? segments.slice(0, -1) : segments;
  if (root === 'api') return resourcePath('', parts);
  if (root === 'apis') return resourcePath(parts[0] ?? '', parts.slice(1));
  return undefined;
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`The path holds ${JSON.stringify(segment)}, which is no valid percent-encoding`);
  }
}

/** What can be under a namespace besides the kinds that live in it. */
const namespaceSubresources = new Set(['status', 'finalize']);

function resourcePath(group: string, [version, ...rest]: readonly string[]): ResourcePath | undefined {
  if (version === undefined || rest.length === 0) return undefined;
  const within = rest[0] === 'namespaces' && rest.length > 2 && !namespaceSubresources.has(rest[2] ?? '');
  const [plural, name, ...sub] = within ? rest.slice(2) : rest;
  if (plural === undefined || plural === '' || sub.length > 1) return undefined;
  return { group, version, namespace: within ? rest[1] : undefined, plural, name, subresource: sub[0] };
}

/** The path of one object of a kind as OpenAPI writes it, with `{namespace}` and `{name}`. */
export function objectPathOf({ group, version, plural, namespaced }: Resource): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}/{name}`;
}
