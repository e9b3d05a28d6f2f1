import { describe, expect, it } from 'vitest';
import { shapes, tables } from './index.ts';

describe('shapes', () => {
  it('all refer to shapes that exist', () => {
    for (const name of Object.keys(tables)) {
      expect(() => shapes.normalise(name, {})).not.toThrow();
      expect(() => shapes.mergeKeys(name)).not.toThrow();
    }
  });

  it.each([
    ['Node', { spec: { taints: [], unschedulable: false, unknown: 1, podCIDR: null } }, { spec: {}, status: { daemonEndpoints: { kubeletEndpoint: { Port: 0 } } } }],
    ['CSINodeDriver', { name: 'a', nodeID: 'b' }, { name: 'a', nodeID: 'b', topologyKeys: null }],
    ['Taint', { key: 'k', timeAdded: '2026-01-01T01:00:00.5+01:00' }, { key: 'k', effect: '', timeAdded: '2026-01-01T00:00:00Z' }],
    ['LeaseSpec', { holderIdentity: '', leaseTransitions: 0 }, { holderIdentity: '', leaseTransitions: 0 }],
  ])('%s is kept as a real server keeps it', (shape, sent, kept) => {
    expect(shapes.normalise(shape, sent)).toMatchObject(kept);
    expect(Object.keys(shapes.normalise(shape, sent)).sort()).toEqual(Object.keys(kept).sort());
  });

  it.each([
    ['Pod', { spec: { containers: [{ name: 1 }] } }, /spec\.containers\.name: cannot unmarshal number/u],
    ['Node', { spec: [] }, /spec: cannot unmarshal array/u],
    ['Node', { status: { capacity: { cpu: {} } } }, /quantities must match/u],
    ['LeaseSpec', { renewTime: '2026-01-01T00:00:00Z' }, /cannot parse "2026-01-01T00:00:00Z"/u],
    ['PodSpec', { priority: 1.5 }, /priority: cannot unmarshal number/u],
  ])('%s of other types is refused by the path of what is wrong', (shape, sent, complaint) => {
    expect(() => shapes.normalise(shape, sent)).toThrow(complaint);
  });

  it('knows the merge keys of lists within lists', () => {
    expect(shapes.mergeKeys('Deployment')).toMatchObject({ 'spec.template.spec.containers': 'name', 'spec.template.spec.containers.ports': 'containerPort', 'status.conditions': 'type' });
    expect(shapes.mergeKeys('Node')).not.toHaveProperty(['spec.taints']);
  });
});
