import type { Kind } from '../../src/embedded/api-server/kind.ts';
import type { KubeObject } from '../../src/embedded/api-server/object.ts';
import { type Resource, resources } from '../../src/kube/paths.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

/** A kind without rules of its own, for tests of what the server does with all kinds. */
export function plainKind(resource: Resource, kind: string, more: Partial<Kind> = {}): Kind {
  const withStatus = more.subresources?.includes('status') === true;
  return {
    resource,
    kind,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    subresources: [],
    verbs,
    hasGeneration: false,
    prepareCreate: (sent) => (withStatus ? without(sent, 'status') : sent),
    prepareUpdate(sent, current, part) {
      if (part === 'status') return { ...current, metadata: sent.metadata, ...(sent.status === undefined ? {} : { status: sent.status }) };
      return withStatus ? { ...without(sent, 'status'), ...(current.status === undefined ? {} : { status: current.status }) } : sent;
    },
    validate: () => [],
    fields: () => ({}),
    selectableFields: [],
    gracePeriod: () => 0,
    mergeKeys: {},
    strategicPatch: true,
    columns: [{ name: 'Name', type: 'string', format: 'name', priority: 0, value: ({ metadata }) => metadata.name }],
    ...more,
  };
}

function without(object: KubeObject, field: 'status'): KubeObject {
  const { [field]: _left, ...rest } = object;
  return rest;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const pod = plainKind(resources.pods, 'Pod', {
  shortNames: ['po'],
  subresources: ['status', 'eviction', 'binding'],
  hasGeneration: true,
  prepareCreate: (sent) => ({ ...sent, spec: { terminationGracePeriodSeconds: 30, ...sent.spec }, status: { phase: 'Pending' } }),
  fields: ({ spec, status }) => ({ 'spec.nodeName': text(spec?.['nodeName']), 'status.phase': text(status?.['phase']) }),
  selectableFields: ['spec.nodeName', 'status.phase'],
  gracePeriod({ spec, status }, asked) {
    const over = spec?.['nodeName'] === undefined || ['Succeeded', 'Failed'].includes(text(status?.['phase']));
    return over ? 0 : (asked ?? Number(spec?.['terminationGracePeriodSeconds']));
  },
  mergeKeys: { 'spec.containers': 'name', 'status.conditions': 'type' },
});

const named = (group: string, plural: string, namespaced: boolean): Resource => ({ group, version: 'v1', plural, namespaced });

/** The smallest set of kinds that shows every rule of the server once. */
export const plainKinds: readonly Kind[] = [
  plainKind(resources.namespaces, 'Namespace', { shortNames: ['ns'], subresources: ['status'] }),
  plainKind(resources.nodes, 'Node', { shortNames: ['no'], subresources: ['status'], mergeKeys: { 'status.conditions': 'type' }, fields: ({ spec }) => ({ 'spec.unschedulable': spec?.['unschedulable'] === true ? 'true' : 'false' }), selectableFields: ['spec.unschedulable'] }),
  pod,
  plainKind(resources.leases, 'Lease'),
  plainKind(resources.poddisruptionbudgets, 'PodDisruptionBudget', { subresources: ['status'], hasGeneration: true }),
  plainKind(named('apps', 'deployments', true), 'Deployment', { subresources: ['status', 'scale'], hasGeneration: true, prepareCreate: (sent) => ({ ...sent, spec: { replicas: 1, ...sent.spec } }) }),
  plainKind(named('example.org', 'widgets', true), 'Widget', { subresources: ['status'], hasGeneration: true, strategicPatch: false }),
];
