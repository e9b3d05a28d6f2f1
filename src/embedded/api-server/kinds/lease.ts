import { resources } from '../../../kube/paths.ts';
import { type Fields, field, fields, text, wholeNumber } from '../../../kube/records/fields.ts';
import type { KubeObject } from '../object.ts';
import type { Cause } from '../refusal.ts';
import { builtIn } from './built-in.ts';
import { invalid } from './causes.ts';
import { ageColumn, column, nameColumn, textAt } from './printing/columns.ts';

export const leases = builtIn({
  resource: resources.leases,
  kind: 'Lease',
  singular: 'lease',
  // Fields of coordinated leader election, which is off by default.
  specDefaults: withoutElection,
  check,
  columns: [nameColumn, column('Holder', textAt(['spec', 'holderIdentity'])), ageColumn],
});

function withoutElection(spec: Fields): Fields {
  if (text(spec, 'strategy') === '' && text(spec, 'preferredHolder') === '') return spec;
  const { strategy: _, preferredHolder: __, ...rest } = spec;
  return rest;
}

function check({ spec }: KubeObject): Cause[] {
  const lease = fields(spec);
  const [duration, transitions] = [wholeNumber(lease, 'leaseDurationSeconds'), field(lease, 'leaseTransitions')];
  return [
    ...(duration !== undefined && duration <= 0 ? [invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0')] : []),
    ...(typeof transitions === 'number' && transitions < 0 ? [invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')] : []),
  ];
}
