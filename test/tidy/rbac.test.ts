import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { deleteNodePermission, describePermission, type Permission, rebalancePermissions, runPermissions, usagePermissions } from '../../src/kube/permissions.ts';

/*
 * The roles that manifests/ grants to a service account, spelled out as single permissions, are exactly the ones that the
 * command needs: no more (least privilege), no less (a 403 in the night).
 */

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

const manifests = join(import.meta.dirname, '../../manifests');
const read = (...folders: string[]): Manifest[] => folders.flatMap((folder) => yamlFiles(join(manifests, folder)).flatMap(documents));

const accounts = [
  { account: 'evenkeel', folders: ['base'], needs: runPermissions({ namespace: 'evenkeel-system', leaderLease: 'evenkeel', slots: 10 }) },
  { account: 'evenkeel', folders: ['base', 'components/delete-node'], needs: [...runPermissions({ namespace: 'evenkeel-system', leaderLease: 'evenkeel', slots: 10 }), deleteNodePermission] },
  { account: 'evenkeel-rebalance', folders: ['base', 'components/cronjob'], needs: rebalancePermissions({ namespace: 'evenkeel-system' }) },
  { account: 'evenkeel', folders: ['base', 'components/usage-metrics'], needs: [...runPermissions({ namespace: 'evenkeel-system', leaderLease: 'evenkeel', slots: 10 }), ...usagePermissions] },
  { account: 'evenkeel-rebalance', folders: ['base', 'components/cronjob', 'components/usage-metrics'], needs: [...rebalancePermissions({ namespace: 'evenkeel-system' }), ...usagePermissions] },
];

describe.each(accounts)('the service account $account of $folders', ({ account, folders, needs }) => {
  const objects = read(...folders);
  const wanted = needs.map(spell).sort();

  it('may do exactly what its command needs', () => {
    expect(granted(objects, account)).toEqual(wanted);
  });

  it('would be caught with any one rule, verb, resource or name missing', () => {
    const thinner = everyThinning(objects, account);
    expect(thinner.length).toBeGreaterThan(15);
    for (const { left, what } of thinner) expect(granted(left, account), `without ${what}`).not.toEqual(wanted);
  });

  it('has no wildcards, no secrets, no deletecollection, and nothing that could widen its own rights', () => {
    const text = granted(objects, account).join('\n');
    expect(text).not.toMatch(/\*|secrets|deletecollection|impersonate|escalate|bind|exec|proxy|tokens?|nodes\/status|serviceaccounts|roles/u);
  });
});

/** One permission, spelled the same on both sides. */
interface Grant {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

const line = ({ verb, group, resource, namespace = '(cluster)', name = '(any)' }: Grant): string => `${verb} ${group}/${resource} ${namespace} ${name}`;

const spell = ({ verb, resource, subresource, namespace, name }: Permission): string =>
  line({ verb, group: resource.group, resource: subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`, namespace, name });

function granted(objects: readonly Manifest[], account: string): string[] {
  return rolesOf(objects, account).flatMap(({ namespace, rules }) =>
    rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [undefined] }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.flatMap((verb) => resourceNames.map((name) => line({ verb, group, resource, namespace, name }))))),
    ),
  ).sort();
}

/** A ClusterRole bound by a RoleBinding counts in that namespace only. */
function rolesOf(objects: readonly Manifest[], account: string): { namespace: string | undefined; rules: readonly Rule[] }[] {
  const bindings = objects.filter(({ kind, subjects = [] }) => kind.endsWith('Binding') && subjects.some((one) => one.kind === 'ServiceAccount' && one.name === account && one.namespace === 'evenkeel-system'));
  return bindings.map(({ kind, metadata, roleRef }) => {
    const namespace = kind === 'RoleBinding' ? metadata.namespace : undefined;
    const role = objects.find((one) => one.kind === roleRef?.kind && one.metadata.name === roleRef.name && (one.kind === 'ClusterRole' || one.metadata.namespace === namespace));
    if (role?.rules === undefined) throw new Error(`${kind} ${metadata.name} names ${roleRef?.kind} ${roleRef?.name}, which is not among the manifests`);
    return { namespace, rules: role.rules };
  });
}

/** Every way to leave out one rule, or one word of a rule. */
function everyThinning(objects: readonly Manifest[], account: string): { left: Manifest[]; what: string }[] {
  const mine = new Set(rolesOf(objects, account).map(({ rules }) => rules));
  return objects.flatMap((object, place) => {
    const { rules } = object;
    if (rules === undefined || !mine.has(rules)) return [];
    const replaced = (next: readonly Rule[]): Manifest[] => objects.with(place, { ...object, rules: next });
    return rules.flatMap((rule, index) => [
      { what: `rule ${index} of ${object.metadata.name}`, left: replaced(rules.toSpliced(index, 1)) },
      ...(['verbs', 'resources', 'resourceNames'] as const).flatMap((key) =>
        (rule[key] ?? []).map((word) => ({ what: `${word} of rule ${index} of ${object.metadata.name}`, left: replaced(rules.with(index, { ...rule, [key]: (rule[key] ?? []).filter((other) => other !== word) })) })),
      ),
    ]);
  });
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name));
}

function documents(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]?.message}`);
    return document.toJS() as Manifest;
  });
}

it('says a permission as people do', () => {
  const [first] = runPermissions({ namespace: 'n', leaderLease: 'l', slots: 0 });
  expect(first && describePermission(first)).toBe('get nodes');
  expect(rebalancePermissions({ namespace: 'here' }).map(describePermission)).toContain('update leases.coordination.k8s.io evenkeel-rebalance in here');
});
