import { describe, expect, test } from 'vitest';
import { aDeadNode, aFence, aSnapshot, aStatus, outOfService } from '../../test/builders/fencing.ts';
import { fakeClock } from '../../test/fakes/clock.ts';
import type { ActionRecord } from '../model/decision.ts';
import { seconds } from '../model/time.ts';
import { refreshGauges } from './gauges.ts';
import type { EventToWrite } from './kubernetes-events.ts';
import { makeLog } from './log.ts';
import { makeMetrics, type Metrics } from './metrics.ts';
import { reporter } from './report.ts';
import { traces } from './traces.ts';

const aRecord = (given: Partial<ActionRecord> = {}): ActionRecord => ({ step: 'Isolating', node: 'n1', nodeUID: 'uid-n1', fence: 'n1-1', fenceUID: 'uid-n1-1', note: 'n1 is isolated', cause: 'ThresholdPassed', method: 'openstack', ...given });

function reporting() {
  const clock = fakeClock();
  const metrics = makeMetrics();
  const written: EventToWrite[] = [];
  const lines: string[] = [];
  const log = makeLog({ level: 'debug', format: 'json' }, clock, { write: (line) => void lines.push(line) });
  const events = { write: (event: EventToWrite) => void written.push(event), flush: () => Promise.resolve(), dropped: 0 };
  return { clock, metrics, written, lines, report: reporter({ events, metrics, log, clock }) };
}

const sample = async (metrics: Metrics, name: string): Promise<string[]> => (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name) && !line.endsWith(' 0'));

describe('a change of a fence', () => {
  test('leaves an Event about the node, a count and a log line', async () => {
    const { report, written, lines, metrics } = reporting();
    report.record(aRecord());
    expect(written).toMatchObject([{ reason: 'NodeIsolated', type: 'Normal', note: 'n1 is isolated', regarding: { kind: 'Node', name: 'n1', uid: 'uid-n1' }, related: { kind: 'NodeFence', name: 'n1-1', uid: 'uid-n1-1' } }]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ '@timestamp': '2026-01-01T00:00:00.000Z', level: 'info', message: 'n1 is isolated', reason: 'NodeIsolated', node: 'n1', fence: 'n1-1', cause: 'ThresholdPassed' });
    expect(await sample(metrics, 'evenkeel_events_total')).toEqual(['evenkeel_events_total{reason="NodeIsolated"} 1']);
  });

  test('about a pod regards the pod, and counts its owner\'s kind and no name', async () => {
    const { report, written, metrics } = reporting();
    report.record(aRecord({ step: 'PodReleased', pod: { namespace: 'shop', name: 'es-0', uid: 'u', ownerKind: 'StatefulSet' } }));
    expect(written).toMatchObject([{ reason: 'PodForceDeleted', regarding: { kind: 'Pod', namespace: 'shop', name: 'es-0' }, related: { kind: 'Node', name: 'n1' } }]);
    expect(await sample(metrics, 'evenkeel_pods_released_total')).toEqual(['evenkeel_pods_released_total{owner_kind="StatefulSet"} 1']);
  });

  test('without a fence is told all the same', () => {
    const { report, written } = reporting();
    report.record(aRecord({ step: 'OutOfServiceRemoved', fence: undefined, fenceUID: undefined }));
    expect(written).toMatchObject([{ reason: 'OutOfServiceTaintRemoved', related: undefined }]);
  });

  test('is timed from the step before', async () => {
    const { report, clock, metrics } = reporting();
    report.record(aRecord());
    await clock.advance(seconds(3));
    report.record(aRecord({ step: 'CommandStarted' }));
    expect(await sample(metrics, 'evenkeel_fence_step_seconds_sum')).toEqual(['evenkeel_fence_step_seconds_sum{step="CommandStarted"} 3']);
  });

  test('that ends it is counted by method and outcome', async () => {
    const { report, metrics } = reporting();
    report.record(aRecord({ step: 'Succeeded' }));
    report.record(aRecord({ step: 'Recovered' }));
    expect(await sample(metrics, 'evenkeel_fences_total')).toEqual(['evenkeel_fences_total{method="openstack",outcome="succeeded"} 1', 'evenkeel_fences_total{method="openstack",outcome="recovered"} 1']);
  });
});

describe('the table of changes', () => {
  test('uses words that Kubernetes takes as reasons', () => {
    for (const { reason, action } of Object.values(traces)) expect(`${reason} ${action}`).toMatch(/^[A-Z][A-Za-z]{2,62} [A-Z][A-Za-z]{2,62}$/u);
  });

  test('is loud where somebody has to look', () => {
    expect(traces.NeedsHuman).toMatchObject({ type: 'Warning', severity: 'critical' });
    expect(traces.CommandStarted.type).toBe('Warning');
  });
});

describe('gauges', () => {
  test('say what is true now, and nothing of what has ended', async () => {
    const metrics = makeMetrics();
    refreshGauges(metrics, aSnapshot({ fences: [aFence(aStatus('Held', { reason: 'Blind' })), aFence(aStatus('Succeeded'), { spec: { nodeName: 'n2' } }), aFence(undefined, { spec: { nodeName: 'n3' } })] }), []);
    expect(await sample(metrics, 'evenkeel_fence_')).toEqual(['evenkeel_fence_phase{node="n1",phase="Held"} 1', 'evenkeel_fence_held{node="n1",reason="Blind"} 1']);
    refreshGauges(metrics, aSnapshot(), []);
    expect(await sample(metrics, 'evenkeel_fence_')).toEqual([]);
  });

  test.each([
    ['True', outOfService, 1],
    ['Unknown', outOfService, 0],
    ['True', { ...outOfService, value: 'other' }, 0],
  ] as const)('count a node whose Ready is %s with %j as %i wrong', async (ready, taint, wrong) => {
    const metrics = makeMetrics();
    refreshGauges(metrics, aSnapshot({ nodes: [aDeadNode({ ready, taints: [taint] })] }), []);
    expect((await metrics.registry.metrics()).split('\n')).toContain(`evenkeel_out_of_service_on_ready_node ${wrong}`);
  });
});
