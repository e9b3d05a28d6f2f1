import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingPermissions } from '../../src/kube/access-review.ts';
import { ApiError, type ApiRequest } from '../../src/kube/api.ts';
import { describePermission, type Permission, rebalancePermissions, runPermissions } from '../../src/kube/permissions.ts';
import { resources } from '../../src/kube/paths.ts';
import type { Taint } from '../../src/model/cluster.ts';
import { fencingTaint, outOfServiceTaint } from '../../src/model/nodefence.ts';
import { admin, type ControlPlane, type Identity, kubelet, startControlPlane } from '../control-plane/control-plane.ts';
import { permissionUse } from './permissions-used.ts';

/*
 * The manifests on the real API server. Every refusal is asked for as the very identity that would try it, and by the
 * name of the policy that refuses. Requests are dry runs: admission sees them in full, and no case depends on another.
 */

const manifests = join(import.meta.dirname, '../../manifests');
const base = join(manifests, 'base');
const system = 'evenkeel-system';

let cp: ControlPlane;
let who: Record<'controller' | 'rebalance' | 'agent' | 'stray', Identity>;
const alice: Identity = { user: 'alice', groups: ['fence-people'] };
const bob: Identity = { user: 'bob', groups: ['fence-people'] };
const impostor: Identity = { user: 'controller', groups: ['fence-people'] };
const uids: Record<string, string> = {};

beforeAll(async () => {
  // Nodes without kubelets would soon be NotReady, and their pods collected: this file is about admission only.
  cp = await startControlPlane({ controllers: ['*', '-node-lifecycle-controller', '-taint-eviction-controller', '-pod-garbage-collector-controller'] });
  await cp.kubectl('apply', '-k', join(manifests, 'overlays/cronjob'));
  await cp.kubectl('apply', '-f', join(import.meta.dirname, 'manifests.fixtures.yaml'));
  who = {
    controller: await cp.serviceAccount(system, 'evenkeel'),
    rebalance: await cp.serviceAccount(system, 'evenkeel-rebalance'),
    agent: await cp.serviceAccount('default', 'node-agent'),
    stray: await cp.serviceAccount(system, 'stray'),
  };
  await untilPoliciesBite();
  await prepareObjects();
});

afterAll(() => cp?.stop());

describe('kubectl apply -k', () => {
  it('changes nothing the second time', async () => {
    const before = await generations();
    const said = await cp.kubectl('apply', '-k', base);
    expect(await generations()).toEqual(before);
    // kubectl sends a patch for every disruption budget with a selector, which the API server finds empty.
    const touched = said.trim().split('\n').filter((line) => !line.endsWith(' unchanged'));
    expect(touched).toEqual(['poddisruptionbudget.policy/evenkeel configured']);
  });

  it('takes both components with the OpenStack example', async () => {
    const folder = await mkdtemp(join(manifests, '../.combined-'));
    try {
      const from = (path: string): string => `../manifests/${path}`;
      await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify({ resources: [from('examples/openstack')], components: [from('components/cronjob'), from('components/delete-node')] }));
      const said = await cp.kubectl('apply', '--dry-run=server', '-k', folder);
      for (const object of ['secret/evenkeel-openstack', 'cronjob.batch/evenkeel-rebalance', 'clusterrole.rbac.authorization.k8s.io/evenkeel-delete-node']) expect(said).toContain(object);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('gives pods that restricted pod security, the service accounts and the priority class let in', async () => {
    await cp.kubectl('-n', system, 'create', 'job', 'probe', '--from=cronjob/evenkeel-rebalance');
    await until(async () => (await podNames('component=controller')).length >= 2 && (await podNames('component=rebalance')).length >= 1);
    expect(await podNames('component=controller')).toHaveLength(2);
  });

  it('gives policies in which the API server finds no type error', async () => {
    const list = await cp.api().call<{ items: { metadata: { name: string }; status?: { typeChecking?: { expressionWarnings?: unknown[] } } }[] }>({ verb: 'GET', path: policies });
    expect(list.items.map(({ metadata }) => metadata.name).sort()).toEqual(['node-marks', 'node-writes', 'nodefences', 'pod-deletion', 'pod-eviction'].map((name) => `${name}.evenkeel.dev`));
    await until(async () => (await cp.api().call<typeof list>({ verb: 'GET', path: policies })).items.every(({ status }) => status?.typeChecking !== undefined));
    const checked = await cp.api().call<typeof list>({ verb: 'GET', path: policies });
    expect(checked.items.flatMap(({ status }) => status?.typeChecking?.expressionWarnings ?? [])).toEqual([]);
  });

  it('applies the OpenStack example: the openrc file and fence.sh are mounted in the controller', async () => {
    await cp.kubectl('apply', '-k', join(manifests, 'examples/openstack'));
    const mounts = await cp.kubectl('-n', system, 'get', 'deployment', 'evenkeel', '-o', 'jsonpath={.spec.template.spec.containers[0].volumeMounts[*].mountPath}');
    expect(mounts.split(' ')).toEqual(expect.arrayContaining(['/etc/evenkeel/openstack', '/etc/evenkeel/scripts', '/etc/evenkeel/config', '/tmp']));
    expect(await cp.kubectl('-n', system, 'get', 'secret', 'evenkeel-openstack', '-o', 'jsonpath={.data}')).toContain('openrc-file');
    expect(await cp.kubectl('-n', system, 'get', 'configmap', 'evenkeel-config', '-o', 'jsonpath={.data}')).toContain('mode: enforce');
    await cp.kubectl('apply', '-k', base);
  });
});

describe('kubectl get nodefences', () => {
  it('shows NAME, NODE, PHASE, EVIDENCE, REASON and AGE', async () => {
    const [head = '', ...rows] = (await cp.kubectl('get', 'nf', 'open')).trim().split('\n');
    expect(head.trim().split(/\s+/u)).toEqual(['NAME', 'NODE', 'PHASE', 'EVIDENCE', 'REASON', 'AGE']);
    expect(rows[0]?.trim().split(/\s+/u).slice(0, 5)).toEqual(['open', 'worker-1', 'Fencing', 'none', 'CommandStarted']);
  });

  it('finds the records of one node by field, since a node name may be longer than a label value', async () => {
    expect(await cp.kubectl('get', 'nodefences', '--field-selector', 'spec.nodeName=worker-1', '-o', 'name')).toContain('nodefence.evenkeel.dev/open');
    expect(await cp.kubectl('get', 'nodefences', '--field-selector', 'spec.nodeName=worker-9', '-o', 'name')).toBe('');
  });
});

describe('the rights of the service accounts', () => {
  const runScope = { namespace: system, leaderLease: 'evenkeel', slots: 10 };

  it('are enough for every call that the commands make', async () => {
    expect((await missingPermissions(cp.api(who.controller), runPermissions(runScope))).map(describePermission)).toEqual([]);
    expect((await missingPermissions(cp.api(who.rebalance), rebalancePermissions(runScope))).map(describePermission)).toEqual([]);
  });

  it('name what is missing: an eleventh fence at once needs one more slot', async () => {
    const missing = await missingPermissions(cp.api(who.controller), runPermissions({ ...runScope, slots: 11 }));
    expect(missing.map(describePermission)).toEqual(['get leases.coordination.k8s.io evenkeel-slot-10 in evenkeel-system', 'update leases.coordination.k8s.io evenkeel-slot-10 in evenkeel-system']);
  });

  const cluster = (verb: string, group: string, plural: string, subresource?: string): Permission =>
    ({ verb, resource: { group, version: 'v1', plural, namespaced: false }, subresource }) as unknown as Permission;

  it.each([
    cluster('get', '', 'secrets'), cluster('list', '', 'secrets'), cluster('delete', '', 'nodes'), cluster('update', '', 'nodes', 'status'), cluster('patch', '', 'nodes', 'status'),
    cluster('deletecollection', '', 'pods'), cluster('create', '', 'pods'), cluster('create', '', 'pods', 'exec'), cluster('patch', '', 'pods'), cluster('create', '', 'serviceaccounts', 'token'),
    cluster('delete', 'storage.k8s.io', 'volumeattachments'), cluster('update', 'evenkeel.dev', 'nodefences'), cluster('patch', 'evenkeel.dev', 'nodefences'),
    cluster('delete', 'admissionregistration.k8s.io', 'validatingadmissionpolicies'), cluster('update', 'coordination.k8s.io', 'leases'), cluster('impersonate', '', 'users'),
  ])('do not include $verb $resource.plural $subresource', async (permission) => {
    for (const identity of [who.controller, who.rebalance]) expect(await missingPermissions(cp.api(identity), [permission])).toEqual([permission]);
  });

  it('leave deleting pods, patching nodes and writing records to the controller alone', async () => {
    const powers: Permission[] = [{ verb: 'delete', resource: resources.pods }, { verb: 'patch', resource: resources.nodes }, { verb: 'create', resource: resources.nodefences }];
    expect(await missingPermissions(cp.api(who.rebalance), powers)).toEqual(powers);
  });
});

interface Case {
  readonly title: string;
  readonly as: () => Identity;
  readonly request: () => ApiRequest | Promise<ApiRequest>;
  /** Absent: it must be let through. */
  readonly refused?: RegExp;
}

const controller = (): Identity => who.controller;
const rebalance = (): Identity => who.rebalance;
const agent = (): Identity => who.agent;
const stray = (): Identity => who.stray;
const fences = '/apis/evenkeel.dev/v1alpha1/nodefences';
const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const dry = { dryRun: 'All' };

const create = (spec: object) => (): ApiRequest => ({ verb: 'POST', path: fences, query: dry, body: { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: { name: 'new' }, spec: { ...fenceSpec, ...spec } } });
const merge = (path: string, body: object) => (): ApiRequest => ({ verb: 'PATCH', path, query: dry, patch: 'application/merge-patch+json', body });
/** Options of a DELETE travel in its body, where a dry run in the query is not looked at. */
const remove = (path: string, preconditions?: () => object) => (): ApiRequest => ({ verb: 'DELETE', path, body: { apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'], gracePeriodSeconds: 0, ...(preconditions === undefined ? {} : { preconditions: preconditions() }) } });
const uidOf = (name: string) => () => ({ uid: uids[name] });
const wrongUID = () => ({ uid: '00000000-0000-0000-0000-000000000000' });

const fenceSpec = { nodeName: 'worker-1', nodeUID: 'node-uid', bootID: 'boot-1', machineID: 'worker-1', attempt: 1, reason: 'test', requestedBy: 'controller' };
const confirmed = (by: string) => ({ confirmedOff: { by, at: '2026-01-01T10:00:00Z', expires: '2026-01-01T11:00:00Z' } });
const fenceStatus = (phase: string) => ({
  phase, reason: 'CommandStarted', conditions: [], evidence: { class: 'none', items: [] }, level: 0, leaderEpoch: 1,
  policy: { methods: [{ name: 'openstack' }], plan: [] }, identity: { systemUUID: '', machineID: '', leaseRenewTime: '' },
  before: { labels: {}, taints: [] }, displaced: [], timeline: [],
});

const nodeFenceCases: Case[] = [
  { title: 'the controller opens a record as controller', as: controller, request: create({}) },
  { title: 'a person opens one under the own name', as: () => alice, request: create({ requestedBy: 'alice' }) },
  { title: 'a person opens one and confirms it at once', as: () => alice, request: create({ requestedBy: 'alice', ...confirmed('alice') }) },
  { title: 'a person opens one as controller', as: () => alice, request: create({}), refused: /nodefences\.evenkeel\.dev.*spec\.requestedBy must be alice/u },
  { title: 'a person opens one as somebody else', as: () => alice, request: create({ requestedBy: 'bob' }), refused: /spec\.requestedBy must be alice/u },
  { title: 'a user whose name happens to be controller opens one', as: () => impostor, request: create({}), refused: /only the controller's service account asks as controller/u },
  { title: 'a person opens one with the confirmation of somebody else', as: () => alice, request: create({ requestedBy: 'alice', ...confirmed('bob') }), refused: /spec\.confirmedOff is the word of a person/u },
  { title: 'the controller opens one that is already confirmed', as: controller, request: create(confirmed('system:serviceaccount:evenkeel-system:evenkeel')), refused: /the controller not at all/u },
  { title: 'the rebalancer opens one', as: rebalance, request: create({ requestedBy: 'system:serviceaccount:evenkeel-system:evenkeel-rebalance' }), refused: /cannot create resource/u },
  { title: 'a node opens one', as: () => kubelet('worker-1'), request: create({ requestedBy: 'system:node:worker-1' }), refused: /cannot create resource/u },
  { title: 'a person confirms that the machine is off', as: () => alice, request: merge(`${fences}/open`, { spec: confirmed('alice') }) },
  { title: 'a person confirms in the name of another', as: () => alice, request: merge(`${fences}/open`, { spec: confirmed('bob') }), refused: /may write it only as by: alice/u },
  { title: 'a person lengthens the confirmation of another', as: () => bob, request: merge(`${fences}/confirmed`, { spec: { confirmedOff: { expires: '2026-01-01T12:00:00Z' } } }), refused: /may write it only as by: bob/u },
  { title: 'a person takes the confirmation of another back', as: () => bob, request: merge(`${fences}/confirmed`, { spec: { confirmedOff: null } }) },
  { title: 'a person confirms for longer than a day', as: () => alice, request: merge(`${fences}/open`, { spec: { confirmedOff: { ...confirmed('alice').confirmedOff, expires: '2026-01-03T00:00:00Z' } } }), refused: /within 24 h/u },
  { title: 'the controller confirms', as: controller, request: merge(`${fences}/open`, { spec: confirmed('system:serviceaccount:evenkeel-system:evenkeel') }), refused: /cannot patch resource/u },
  { title: 'a person cancels a fence that another confirmed', as: () => bob, request: merge(`${fences}/confirmed`, { spec: { cancelled: true } }) },
  { title: 'a person names another machine', as: () => alice, request: merge(`${fences}/open`, { spec: { machineID: 'worker-2' } }), refused: /machineID is immutable/u },
  { title: 'a person names another node', as: () => alice, request: merge(`${fences}/open`, { spec: { nodeName: 'worker-2' } }), refused: /nodeName is immutable/u },
  { title: 'a person adds a method', as: () => alice, request: merge(`${fences}/open`, { spec: { method: 'weaker' } }), refused: /method is immutable/u },
  { title: 'a person rewrites who asked', as: () => alice, request: merge(`${fences}/open`, { spec: { requestedBy: 'bob' } }), refused: /requestedBy is immutable/u },
  { title: 'a cancelled fence is taken up again', as: () => alice, request: merge(`${fences}/cancelled`, { spec: { cancelled: null } }), refused: /stays cancelled/u },
  { title: 'the controller writes what it found', as: controller, request: () => ({ verb: 'PUT', path: `${fences}/open/status`, query: dry, body: { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: { name: 'open', resourceVersion: uids['open@'] }, spec: fenceSpec, status: fenceStatus('Verifying') } }) },
  { title: 'a person writes evidence', as: () => admin, request: merge(`${fences}/open/status`, { status: { evidence: { class: 'off' } } }), refused: /only its service account writes it/u },
  { title: 'the controller opens a closed record again', as: controller, request: () => ({ verb: 'PUT', path: `${fences}/closed/status`, query: dry, body: { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: { name: 'closed', resourceVersion: uids['closed@'] }, spec: fenceSpec, status: fenceStatus('Releasing') } }), refused: /does not open again/u },
  { title: 'the controller prunes a closed record', as: controller, request: remove(`${fences}/closed`, uidOf('closed')) },
  { title: 'the controller prunes without a UID', as: controller, request: remove(`${fences}/closed`), refused: /only with a UID precondition/u },
  { title: 'the controller deletes an open record', as: controller, request: remove(`${fences}/open`, uidOf('open')), refused: /only NodeFences that are closed/u },
  { title: 'a person deletes an open record', as: () => alice, request: remove(`${fences}/open`) },
];

const pod = (name: string, namespace = 'default') => `/api/v1/namespaces/${namespace}/pods/${name}`;
const evict = (name: string, deleteOptions: () => object) => (): ApiRequest => ({ verb: 'POST', path: `${pod(name)}/eviction`, query: dry, body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' }, deleteOptions: { dryRun: ['All'], ...deleteOptions() } } });

const podCases: Case[] = [
  { title: 'the controller deletes a terminating pod by its UID', as: controller, request: remove(pod('stuck'), uidOf('stuck')) },
  { title: 'the controller deletes a running pod', as: controller, request: remove(pod('running'), uidOf('running')), refused: /pod-deletion\.evenkeel\.dev.*only pods that are already terminating/u },
  { title: 'the controller deletes a terminating pod by name alone', as: controller, request: remove(pod('stuck')), refused: /only with a UID precondition/u },
  { title: 'the controller means a predecessor of the same name', as: controller, request: remove(pod('stuck'), wrongUID), refused: /409 Conflict/u },
  { title: 'the controller deletes a terminating pod of kube-system', as: controller, request: remove(pod('stuck', 'kube-system'), uidOf('kube-system/stuck')), refused: /no pods of kube-system/u },
  { title: 'the controller deletes a mirror pod', as: controller, request: remove(pod('mirror'), uidOf('mirror')), refused: /no mirror pods/u },
  { title: 'the controller deletes a pod of a DaemonSet', as: controller, request: remove(pod('daemon'), uidOf('daemon')), refused: /no pods of DaemonSets/u },
  { title: 'the controller deletes all pods at once', as: controller, request: remove('/api/v1/namespaces/default/pods'), refused: /cannot deletecollection/u },
  { title: 'the rebalancer deletes a pod', as: rebalance, request: remove(pod('stuck'), uidOf('stuck')), refused: /cannot delete resource/u },
  { title: 'an administrator deletes a running pod', as: () => admin, request: remove(pod('running')) },
  ...[{ name: 'controller', as: controller }, { name: 'rebalancer', as: rebalance }].flatMap(({ name, as }): Case[] => [
    { title: `the ${name} evicts a running pod by its UID`, as, request: evict('running', () => ({ preconditions: uidOf('running')() })) },
    { title: `the ${name} evicts with a shorter grace period`, as, request: evict('running', () => ({ gracePeriodSeconds: 5, preconditions: uidOf('running')() })) },
    { title: `the ${name} evicts without a UID`, as, request: evict('running', () => ({})), refused: /pod-eviction\.evenkeel\.dev.*only with a UID precondition/u },
    { title: `the ${name} evicts without a grace period, a force-delete by another name`, as, request: evict('running', () => ({ gracePeriodSeconds: 0, preconditions: uidOf('running')() })), refused: /no pod with a grace period of 0/u },
  ]),
];

const node = (name: string) => `/api/v1/nodes/${name}`;
const foreign: Taint = { key: 'example.com/dedicated', value: 'db', effect: 'NoSchedule' };
const isolation: Taint = { key: 'evenkeel.dev/fencing', value: 'x', effect: 'NoSchedule' };
const outOfService: Taint = { key: 'node.kubernetes.io/out-of-service', value: 'evenkeel', effect: 'NoSchedule' };
/** A write of the taint list as the product does it: read, change, and patch on the version that was read. */
const taints = (name: string, change: (existing: Taint[]) => Taint[]) => async (): Promise<ApiRequest> => {
  const { metadata, spec } = await cp.api().call<{ metadata: { resourceVersion: string }; spec: { taints: Taint[] } }>({ verb: 'GET', path: node(name) });
  return merge(node(name), { metadata: { resourceVersion: metadata.resourceVersion }, spec: { taints: change(spec.taints) } })();
};
const plus = (...more: Taint[]) => (existing: Taint[]): Taint[] => [...existing, ...more];
const without = (...keys: string[]) => (existing: Taint[]): Taint[] => existing.filter(({ key }) => !keys.includes(key));
const ours = [fencingTaint, outOfServiceTaint];

/** worker-2 has a foreign taint, worker-3 ours, worker-4 an out-of-service taint that somebody else put there. */
const nodeWriteCases: Case[] = [
  { title: 'isolates a node', as: controller, request: taints('worker-2', plus(isolation)) },
  { title: 'makes the isolation NoExecute', as: controller, request: taints('worker-2', plus({ ...isolation, effect: 'NoExecute', timeAdded: '2026-01-01T00:00:00Z' })) },
  { title: 'puts the out-of-service taint on', as: controller, request: taints('worker-2', (existing) => [isolation, ...existing, outOfService]) },
  { title: 'takes its own taints off', as: controller, request: taints('worker-3', without(...ours)) },
  { title: 'puts the out-of-service taint on with NoExecute', as: controller, request: taints('worker-2', plus({ ...outOfService, effect: 'NoExecute' })), refused: /node-writes\.evenkeel\.dev.*effect NoSchedule only/u },
  { title: 'puts it on with a value of somebody else', as: controller, request: taints('worker-2', plus({ ...outOfService, value: 'nodeshutdown' })), refused: /changes no taints but/u },
  { title: 'takes an out-of-service taint of somebody else off', as: controller, request: taints('worker-4', without(outOfServiceTaint)), refused: /changes no taints but/u },
  { title: 'loses a taint of somebody else', as: controller, request: taints('worker-2', () => [isolation]), refused: /changes no taints but/u },
  { title: 'changes a taint of somebody else', as: controller, request: taints('worker-2', (existing) => existing.map((taint) => (taint.key === foreign.key ? { ...taint, effect: 'NoExecute' } : taint))), refused: /changes no taints but/u },
  { title: 'cordons a node', as: controller, request: merge(node('worker-2'), { spec: { unschedulable: true } }), refused: /cordons no node/u },
  { title: 'changes a label', as: controller, request: merge(node('worker-3'), { metadata: { labels: { fencing: 'no' } } }), refused: /changes no labels/u },
  { title: 'adds a label of ours or of Kubernetes', as: controller, request: merge(node('worker-2'), { metadata: { labels: { 'evenkeel.dev/hold': '1' } } }), refused: /changes no labels/u },
  { title: 'gives a label back', as: controller, request: merge(node('worker-2'), { metadata: { labels: { fencing: 'enabled' } } }) },
  { title: 'removes a label', as: controller, request: merge(node('worker-3'), { metadata: { labels: { fencing: null } } }), refused: /changes no labels/u },
  { title: 'sets an annotation', as: controller, request: merge(node('worker-2'), { metadata: { annotations: { x: 'y' } } }), refused: /changes no labels, annotations/u },
  { title: 'sets a finalizer', as: controller, request: merge(node('worker-2'), { metadata: { finalizers: ['example.com/x'] } }), refused: /changes no labels, annotations, finalizers/u },
  { title: 'writes a node status', as: controller, request: merge(`${node('worker-2')}/status`, { status: { volumesAttached: [] } }), refused: /cannot patch resource "nodes\/status"/u },
  { title: 'writes a node status, if somebody lets it', as: stray, request: merge(`${node('worker-2')}/status`, { status: { volumesAttached: [] } }), refused: /node-writes\.evenkeel\.dev.*writes no node status/u },
  { title: 'deletes a node', as: controller, request: remove(node('worker-2')), refused: /cannot delete resource/u },
];

const me = (): Identity => kubelet('worker-3');
const newcomer = (): Identity => kubelet('worker-9');
const register = (metadata: object, spec: object = {}) => (): ApiRequest => ({ verb: 'POST', path: '/api/v1/nodes', query: dry, body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-9', ...metadata }, spec } });

/** worker-3 has fencing=enabled, the label and the annotation evenkeel.dev/hold, and our two taints. */
const markCases: Case[] = [
  { title: 'a kubelet registers its node', as: newcomer, request: register({ labels: { 'kubernetes.io/hostname': 'worker-9', 'topology.kubernetes.io/zone': 'a' }, annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } }, { taints: [foreign] }) },
  { title: 'a kubelet reports its status', as: me, request: merge(`${node('worker-3')}/status`, { status: { conditions: [{ type: 'Ready', status: 'True' }], volumesInUse: ['x'] } }) },
  { title: 'a kubelet sets a topology label', as: me, request: merge(node('worker-3'), { metadata: { labels: { 'topology.kubernetes.io/zone': 'b' }, annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } } }) },
  { title: 'a kubelet registers with fencing=enabled', as: newcomer, request: register({ labels: { fencing: 'enabled' } }), refused: /node-marks\.evenkeel\.dev.*remove them from --node-labels/u },
  { title: 'a kubelet registers with a label of ours', as: newcomer, request: register({ labels: { 'evenkeel.dev/fence-script': 'weak' } }), refused: /may not change the node labels/u },
  { title: 'a kubelet registers with an annotation of ours', as: newcomer, request: register({ annotations: { 'evenkeel.dev/hold': 'true' } }), refused: /may not change the node annotations/u },
  { title: 'a kubelet registers with a finalizer', as: newcomer, request: register({ finalizers: ['example.com/stay'] }), refused: /may not change the finalizers/u },
  { title: 'a kubelet registers with the out-of-service taint', as: newcomer, request: register({}, { taints: [outOfService] }), refused: /may not change the taints/u },
  { title: 'a kubelet registers with a taint of ours', as: newcomer, request: register({}, { taints: [isolation] }), refused: /may not change the taints/u },
  { title: 'a kubelet opts in', as: () => kubelet('worker-2'), request: merge(node('worker-2'), { metadata: { labels: { fencing: 'enabled' } } }), refused: /may not change the node labels/u },
  ...['', '/status'].flatMap((through): Case[] => [
    { title: `a kubelet opts out${through}`, as: me, request: merge(`${node('worker-3')}${through}`, { metadata: { labels: { fencing: null } } }), refused: /system:node:worker-3 may not change the node labels/u },
    { title: `a kubelet changes the opt-in${through}`, as: me, request: merge(`${node('worker-3')}${through}`, { metadata: { labels: { fencing: 'no' } } }), refused: /may not change the node labels/u },
    { title: `a kubelet lifts a hold${through}`, as: me, request: merge(`${node('worker-3')}${through}`, { metadata: { labels: { 'evenkeel.dev/hold': null } } }), refused: /may not change the node labels/u },
    { title: `a kubelet chooses a script${through}`, as: me, request: merge(`${node('worker-3')}${through}`, { metadata: { labels: { 'evenkeel.dev/fence-script': 'weak' } } }), refused: /may not change the node labels/u },
    { title: `a kubelet sets an annotation of ours${through}`, as: me, request: merge(`${node('worker-3')}${through}`, { metadata: { annotations: { 'evenkeel.dev/x': 'y' } } }), refused: /may not change the node annotations/u },
    { title: `a kubelet removes an annotation of ours${through}`, as: me, request: merge(`${node('worker-3')}${through}`, { metadata: { annotations: { 'evenkeel.dev/hold': null } } }), refused: /may not change the node annotations/u },
    { title: `a kubelet sets a finalizer${through}`, as: me, request: merge(`${node('worker-3')}${through}`, { metadata: { finalizers: ['example.com/stay'] } }), refused: /may not change the finalizers/u },
  ]),
  { title: 'a service account with `patch nodes` opts a node in', as: agent, request: merge(node('worker-2'), { metadata: { labels: { fencing: 'enabled' } } }), refused: /needs the right to create nodefences/u },
  { title: 'a service account with `patch nodes/status` holds a node', as: agent, request: merge(`${node('worker-2')}/status`, { metadata: { annotations: { 'evenkeel.dev/hold': 'true' } } }), refused: /may not change the node annotations/u },
  { title: 'a service account puts an out-of-service taint on a living node', as: agent, request: taints('worker-2', plus(outOfService)), refused: /may not change the taints/u },
  { title: 'a service account takes our taints off', as: agent, request: taints('worker-3', without(...ours)), refused: /may not change the taints/u },
  { title: 'a service account sets a label and a finalizer of its own', as: agent, request: merge(node('worker-3'), { metadata: { labels: { 'example.com/gpu': 'yes' }, finalizers: ['karpenter.sh/termination'] } }) },
  { title: 'a service account taints a node with something else', as: agent, request: taints('worker-2', plus({ key: 'example.com/drain', effect: 'NoSchedule' })) },
  { title: 'a person who may create NodeFences opts a node in', as: () => alice, request: merge(node('worker-2'), { metadata: { labels: { fencing: 'enabled' }, annotations: { 'evenkeel.dev/hold': 'x' } } }) },
  { title: 'an administrator takes a leftover taint off', as: () => admin, request: taints('worker-4', without(outOfServiceTaint)) },
];

describe.each([
  ['who asks for a fence, who confirms it and who says what was found', nodeFenceCases],
  ['what our service accounts may do to pods', podCases],
  ['what the controller may change of a node', nodeWriteCases],
  ['who may mark a node', markCases],
])('the admission policies on %s', (_, cases) => {
  it.each(cases.filter(({ refused }) => refused === undefined))('allow: $title', async ({ as, request }) => {
    await expect(cp.api(as()).call(await request())).resolves.toBeDefined();
  });

  it.each(cases.filter(({ refused }) => refused !== undefined))('refuse: $title', async ({ as, request, refused }) => {
    await expect(answer(as(), await request())).resolves.toMatch(refused ?? /^$/u);
  });
});

it('a real force-delete of a stuck pod goes through, and takes that pod only', async () => {
  const path = pod('doomed');
  const uid = uids['doomed'];
  await cp.api(who.controller).call({ verb: 'DELETE', path, body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } } });
  await expect(cp.api().call({ verb: 'GET', path })).rejects.toMatchObject({ status: 404 });
  await expect(cp.api().call({ verb: 'GET', path: pod('stuck') })).resolves.toBeDefined();
});

it('the audit log tells which rights were used, which were not, and what was refused', async () => {
  const { refused, unused } = permissionUse(await cp.auditLog(), who.controller.user, runPermissions({ namespace: system, leaderLease: 'evenkeel', slots: 10 }));
  expect(refused).toContain('delete /nodes /worker-2');
  const names = unused.map(describePermission);
  expect(names).toContain('update leases.coordination.k8s.io evenkeel-slot-9 in evenkeel-system');
  for (const used of ['delete pods', 'create pods/eviction', 'patch nodes', 'create nodefences.evenkeel.dev', 'update nodefences.evenkeel.dev/status']) expect(names).not.toContain(used);
});

async function answer(identity: Identity, request: ApiRequest): Promise<string> {
  try {
    await cp.api(identity).call(request);
    return 'allowed';
  } catch (error) {
    if (error instanceof ApiError && [403, 409, 422].includes(error.status)) return error.message;
    throw error;
  }
}

/** A policy takes effect a moment after it is created: each one is tried (as a dry run) until it refuses. */
async function untilPoliciesBite(): Promise<void> {
  const probes: { as: Identity; request: ApiRequest; policy: RegExp }[] = [
    { as: alice, request: create({})(), policy: /nodefences\.evenkeel\.dev/u },
    { as: who.controller, request: remove(pod('running'))(), policy: /pod-deletion/u },
    { as: who.controller, request: evict('running', () => ({}))(), policy: /pod-eviction/u },
    { as: who.controller, request: merge(node('worker-2'), { metadata: { annotations: { x: 'y' } } })(), policy: /node-writes/u },
    { as: who.agent, request: merge(node('worker-2'), { metadata: { labels: { fencing: 'x' } } })(), policy: /node-marks/u },
  ];
  for (const { as, request, policy } of probes) await until(async () => policy.test(await answer(as, request)));
}

/** What a manifest cannot hold: deletion timestamps, and what only the controller may write. */
async function prepareObjects(): Promise<void> {
  const api = cp.api();
  for (const path of [pod('stuck'), pod('doomed'), pod('mirror'), pod('daemon'), pod('stuck', 'kube-system')]) await api.call({ verb: 'DELETE', path });
  const asController = cp.api(who.controller);
  for (const [name, phase] of [['open', 'Fencing'], ['confirmed', 'Held'], ['cancelled', 'Held'], ['closed', 'Succeeded']] as const) {
    const body = { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: { name }, spec: fenceSpec };
    const made = await asController.call<{ metadata: { resourceVersion: string } }>({ verb: 'POST', path: fences, body });
    await asController.call({ verb: 'PUT', path: `${fences}/${name}/status`, body: { ...body, metadata: made.metadata, status: fenceStatus(phase) } });
  }
  await cp.api(alice).call({ ...merge(`${fences}/confirmed`, { spec: confirmed('alice') })(), query: {} });
  await cp.api(alice).call({ ...merge(`${fences}/cancelled`, { spec: { cancelled: true } })(), query: {} });
  for (const name of ['open', 'closed']) await remember(name, `${fences}/${name}`);
  for (const name of ['running', 'stuck', 'doomed', 'mirror', 'daemon']) await remember(name, pod(name));
  await remember('kube-system/stuck', pod('stuck', 'kube-system'));
}

async function remember(name: string, path: string): Promise<void> {
  const { metadata } = await cp.api().call<{ metadata: { uid: string; resourceVersion: string } }>({ verb: 'GET', path });
  uids[name] = metadata.uid;
  uids[`${name}@`] = metadata.resourceVersion;
}

/** Kind/name → generation, or resourceVersion for what has none: neither moves when an apply changes nothing. */
async function generations(): Promise<Record<string, unknown>> {
  const list = JSON.parse(await cp.kubectl('get', '-k', base, '-o', 'json')) as { items: { kind: string; metadata: { name: string; generation?: number; resourceVersion: string } }[] };
  return Object.fromEntries(list.items.map(({ kind, metadata }) => [`${kind}/${metadata.name}`, metadata.generation ?? metadata.resourceVersion]));
}

async function podNames(label: string): Promise<string[]> {
  return (await cp.kubectl('-n', system, 'get', 'pods', '-l', `app.kubernetes.io/${label}`, '-o', 'name')).split('\n').filter((line) => line !== '');
}

async function until(happened: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await happened())) {
    if (performance.now() > deadline) throw new Error(`Did not happen within a minute: ${happened.toString()}`);
    await sleep(100);
  }
}
