import { notAcceptable } from './refusals.ts';

/** The form in which a client wants an answer. */
export type Form = 'object' | 'table' | 'metadata' | 'discovery';

const forms: Readonly<Record<string, Form>> = {
  'Table meta.k8s.io v1': 'table',
  'PartialObjectMetadata meta.k8s.io v1': 'metadata',
  'PartialObjectMetadataList meta.k8s.io v1': 'metadata',
  'APIGroupDiscoveryList apidiscovery.k8s.io v2': 'discovery',
};

/**
 * Reads an Accept header: the first of its parts that this server can write, among the forms that make sense here. 406 when
 * there is none; JSON is the only encoding.
 */
export function readAccept(header: string | undefined, possible: readonly Form[]): Form {
  if (header === undefined || header === 'application/json' || header.trim() === '') return 'object';
  for (const part of header.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((each) => each.trim());
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue;
    const values = Object.fromEntries(parameters.map((each) => each.split('=', 2) as [string, string | undefined]));
    if (values['as'] === undefined) return 'object';
    const form = forms[`${values['as']} ${values['g'] ?? ''} ${values['v'] ?? ''}`];
    if (form !== undefined && possible.includes(form)) return form;
  }
  throw notAcceptable();
}
