import { badRequest, invalid, notAllowed, notSupported } from './refusals.ts';
import type { Cause, Refusal } from './refusal.ts';

/** The query of a list or a watch, read and checked as Kubernetes checks `ListOptions`. */
export interface ListOptions {
  readonly watch: boolean;
  readonly resourceVersion: string;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  /** 0: all. */
  readonly limit: number;
  readonly continuation: string;
  readonly sendInitialEvents: boolean | undefined;
  readonly bookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

/** Reads the query; 400 for values of the wrong type, 422 for combinations that make no sense. */
export function readListOptions(query: URLSearchParams): ListOptions {
  const watch = readBoolean(query, 'watch') ?? false;
  const raw = {
    watch,
    resourceVersion: query.get('resourceVersion') ?? '',
    match: query.get('resourceVersionMatch') ?? '',
    limit: readInteger(query, 'limit') ?? 0,
    continuation: query.get('continue') ?? '',
    sendInitialEvents: readBoolean(query, 'sendInitialEvents'),
    bookmarks: readBoolean(query, 'allowWatchBookmarks') ?? false,
    timeoutSeconds: readInteger(query, 'timeoutSeconds'),
  };
  const options = startsFromNothing(raw) ? { ...raw, sendInitialEvents: true, match: 'NotOlderThan' } : raw;
  const causes = watch ? watchCauses(options) : listCauses(options);
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  return options as ListOptions;
}

type Raw = Omit<ListOptions, 'match'> & { readonly match: string };

/** A watch that names no version is told of what there is first. */
const startsFromNothing = ({ watch, resourceVersion, match, sendInitialEvents }: Raw): boolean =>
  watch && sendInitialEvents === undefined && match === '' && (resourceVersion === '' || resourceVersion === '0');

function listCauses({ match, resourceVersion, continuation, sendInitialEvents }: Raw): Cause[] {
  const field = 'resourceVersionMatch';
  const causes: Cause[] = [];
  if (match !== '') {
    if (resourceVersion === '') causes.push(notAllowed(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (continuation !== '') causes.push(notAllowed(field, 'resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') causes.push(notSupported(field, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && resourceVersion === '0') causes.push(notAllowed(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (sendInitialEvents !== undefined) causes.push(notAllowed('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return causes;
}

function watchCauses({ match, continuation, sendInitialEvents }: Raw): Cause[] {
  const field = 'resourceVersionMatch';
  const causes: Cause[] = [];
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') causes.push(notAllowed(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (match === '') return causes;
  if (sendInitialEvents === undefined) causes.push(notAllowed(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (match !== 'NotOlderThan') causes.push(notSupported(field, match, ['NotOlderThan']));
  if (continuation !== '') causes.push(notAllowed(field, 'resourceVersionMatch is forbidden when continue is provided'));
  return causes;
}

/** As Kubernetes reads booleans in a query: present without a value is true, and so is everything but `false` and `0`. */
export function readBoolean(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  return text === null ? undefined : text.toLowerCase() !== 'false' && text !== '0';
}

/** 400 when the value is no whole number. */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^[-+]?\d{1,15}$/u.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax (${name} must be a whole number)`);
  return Number(text);
}

/** A version as a number; `refuse` says how it is refused when it is none: a real server's answer differs from verb to verb. */
export function readVersion(text: string, refuse: (why: string) => Refusal): number {
  if (!/^\d{1,15}$/u.test(text)) throw refuse(`resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
