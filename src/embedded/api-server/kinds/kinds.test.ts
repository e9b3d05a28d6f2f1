import { describe, expect, it } from 'vitest';
import type { Kind, KindContext } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { builtInKinds } from './index.ts';

const kinds = builtInKinds();
const kindOf = (plural: string): Kind => {
  const found = kinds.find(({ resource }) => resource.plural === plural);
  if (found === undefined) throw new Error(`There is no kind ${plural}`);
  return found;
};

const context: KindContext = { now: '2026-01-01T00:00:00Z', user: 'admin', newID: () => 'id', random: () => 0.5, find: () => undefined, list: () => [] };

function anObject(kind: string, rest: object, name = 'a'): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'default', uid: 'uid', resourceVersion: '1', creationTimestamp: context.now }, ...rest };
}

describe('the grace period of a pod', () => {
  const bound = { nodeName: 'n', terminationGracePeriodSeconds: 30 };
  const running = { spec: bound, status: { phase: 'Running' } };
  it.each([
    ['its own', running, undefined, 30], ['another when asked', running, 5, 5], ['none when asked', running, 0, 0], ['at least a second', running, -1, 1],
    ['none while it is not bound', { spec: { terminationGracePeriodSeconds: 30 }, status: { phase: 'Pending' } }, undefined, 0],
    ['none when it has failed', { spec: bound, status: { phase: 'Failed' } }, undefined, 0], ['none when it has succeeded', { spec: bound, status: { phase: 'Succeeded' } }, 10, 0],
  ])('is %s', (_, pod, asked, seconds) => {
    expect(kindOf('pods').gracePeriod(anObject('Pod', pod), asked)).toBe(seconds);
  });

  it('is none for everything else', () => {
    expect(kinds.filter(({ kind }) => kind !== 'Pod').map((kind) => kind.gracePeriod(anObject(kind.kind, {}), 30)).filter((seconds) => seconds !== 0)).toEqual([]);
  });
});

describe('field selectors', () => {
  it.each([
    ['pods', ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.nominatedNodeName']],
    ['nodes', ['spec.unschedulable']],
    ['namespaces', ['status.phase', 'name']],
    ['jobs', ['status.successful']],
    ['replicasets', ['status.replicas']],
    ['leases', []],
  ])('of %s name the fields that a real server knows', (plural, names) => {
    expect(kindOf(plural).selectableFields).toEqual(names);
  });

  it('find a pod by its node', () => {
    const pod = anObject('Pod', { spec: { nodeName: 'n', containers: [] }, status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] } });
    expect(kindOf('pods').fields(pod)).toMatchObject({ 'spec.nodeName': 'n', 'status.phase': 'Running', 'status.podIP': '10.0.0.1', 'spec.hostNetwork': 'false' });
  });

  it('find an Event by what it is about', () => {
    const event = anObject('Event', { involvedObject: { kind: 'Node', name: 'n', uid: 'u' }, reason: 'R', reportingComponent: 'c', type: 'Normal' });
    expect(kindOf('events').fields(event)).toMatchObject({ 'involvedObject.kind': 'Node', 'involvedObject.name': 'n', 'involvedObject.uid': 'u', reason: 'R', source: 'c', type: 'Normal' });
  });
});

describe('a pod', () => {
  const spec = { containers: [{ name: 'main', image: 'x' }] };

  it('stays on an unreachable node as long as the cluster is told to', () => {
    const pods = builtInKinds({ tolerationSeconds: 1 }).find(({ kind }) => kind === 'Pod');
    const admitted = pods?.admit?.('create', pods.prepareCreate(anObject('Pod', { spec }), context), context);
    expect(admitted?.spec?.['tolerations']).toEqual(['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 })));
  });

  it('keeps its owners when its status is written', () => {
    const pods = kindOf('pods');
    const owners = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 's', uid: 'u' }];
    const current = { ...pods.prepareCreate(anObject('Pod', { spec }), context), metadata: { ...anObject('Pod', {}).metadata, ownerReferences: owners } };
    const written = pods.prepareUpdate({ ...current, metadata: anObject('Pod', {}).metadata, status: { phase: 'Running' } }, current, 'status', context);
    expect(written.metadata.ownerReferences).toEqual(owners);
    expect(written.status).toMatchObject({ phase: 'Running', qosClass: 'BestEffort' });
  });
});

describe('an update that changes metadata only', () => {
  it('leaves spec and status the very same objects', () => {
    const nodes = kindOf('nodes');
    const current = nodes.prepareCreate(anObject('Node', { spec: { providerID: 'x' } }), context);
    const updated = nodes.prepareUpdate({ ...current, metadata: { ...current.metadata, labels: { a: 'b' } } }, current, undefined, context);
    expect(updated.spec).toBe(current.spec);
    expect(updated.status).toBe(current.status);
    expect(updated.metadata.labels).toEqual({ a: 'b' });
  });
});
