import { resources } from '../../../kube/paths.ts';
import { type Fields, field, fields, text, wholeNumber, within } from '../../../kube/records/fields.ts';
import type { Column } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import type { Cause } from '../refusal.ts';
import { builtIn } from './built-in.ts';
import { invalid, required } from './causes.ts';
import { age } from './printing/age.ts';
import { column, nameColumn, textAt, wide } from './printing/columns.ts';
import { wrongKey } from './syntax.ts';

/** Events of core/v1, which the product writes; the view through events.k8s.io is not there. */
export const events = builtIn({
  resource: resources.events,
  kind: 'Event',
  singular: 'event',
  shortNames: ['ev'],
  check: (event) => [...checkNamespace(event), ...(isNew(event) ? checkNewStyle(fields(event)) : [])],
  fields: selectable,
  columns: columns(),
});

/** With an `eventTime` the stricter rules of events.k8s.io hold, for the most part. */
const isNew = (event: KubeObject): boolean => typeof event['eventTime'] === 'string';

function checkNamespace(event: KubeObject): Cause[] {
  const involved = text(within(fields(event), 'involvedObject'), 'namespace');
  const own = event.metadata.namespace ?? '';
  const homes = isNew(event) ? ['default', 'kube-system'] : ['', 'default'];
  const right = involved === '' ? homes.includes(own) : isNew(event) || involved === own;
  return right ? [] : [invalid('involvedObject.namespace', involved, 'does not match event.namespace')];
}

/** Longest text by field, in bytes. */
const longest = { reportingInstance: 128, action: 128, reason: 128, message: 1_024 } as const;

function checkNewStyle(event: Fields): Cause[] {
  const component = text(event, 'reportingComponent');
  const missing = ['reportingInstance', 'action', 'reason'].filter((name) => text(event, name) === '').map((name) => required(name));
  const tooLong = Object.entries(longest).filter(([name, most]) => new TextEncoder().encode(text(event, name)).length > most).map(([name, most]) => invalid(name, '', `can have at most ${most} characters`));
  return [
    ...(component === '' ? [required('reportingComponent')] : []),
    ...wrongKey(component).map((problem) => invalid('reportingComponent', component, problem)),
    ...missing,
    ...tooLong,
  ];
}

const involvedFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

function selectable(event: KubeObject): Readonly<Record<string, string>> {
  const from = fields(event);
  const involved = within(from, 'involvedObject');
  return {
    ...Object.fromEntries(involvedFields.map((name) => [`involvedObject.${name}`, text(involved, name)])),
    reason: text(from, 'reason'),
    reportingComponent: text(from, 'reportingComponent'),
    source: text(within(from, 'source'), 'component') || text(from, 'reportingComponent'),
    type: text(from, 'type'),
  };
}

function columns(): readonly Column[] {
  const first = (event: KubeObject, now: string): string => age(event['firstTimestamp'] ?? event['eventTime'], now);
  const last = (event: KubeObject, now: string): string => {
    const series = within(fields(event), 'series');
    if (field(series, 'lastObservedTime') !== undefined) return age(series['lastObservedTime'], now);
    return typeof event['lastTimestamp'] === 'string' ? age(event['lastTimestamp'], now) : first(event, now);
  };
  return [
    column('Last Seen', last), column('Type', textAt(['type'])), column('Reason', textAt(['reason'])), column('Object', objectOf),
    wide('Subobject', textAt(['involvedObject', 'fieldPath'])), wide('Source', sourceOf), column('Message', (event) => text(fields(event), 'message').trim()),
    wide('First Seen', first), wide('Count', (event) => wholeNumber(within(fields(event), 'series'), 'count') ?? (wholeNumber(fields(event), 'count') || 1)), { ...nameColumn, priority: 1 },
  ];
}

function objectOf(event: KubeObject): string {
  const involved = within(fields(event), 'involvedObject');
  const [kind, name] = [text(involved, 'kind').toLowerCase(), text(involved, 'name')];
  return name === '' ? kind : `${kind}/${name}`;
}

function sourceOf(event: KubeObject): string {
  const source = within(fields(event), 'source');
  const host = text(source, 'host') || text(fields(event), 'reportingInstance');
  const component = text(source, 'component') || text(fields(event), 'reportingComponent');
  return host === '' ? component : `${component}, ${host}`;
}
