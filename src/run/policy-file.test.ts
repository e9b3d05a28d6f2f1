import { describe, expect, test } from 'vitest';
import { type RebalancePolicy, use } from '../decide/rebalancing/policy.ts';
import type { Needs, Strategy } from '../decide/rebalancing/strategy.ts';
import { removeDuplicates } from '../../strategies/RemoveDuplicates/strategy.ts';
import { aPolicy, anEvictor } from '../../test/builders/rebalancing.ts';
import { usageWanted } from './policy-file.ts';

/** A policy whose only strategy reads this. */
function reading(needs: Needs, metrics: RebalancePolicy['metrics']): RebalancePolicy {
  const strategy: Strategy<object> = { ...removeDuplicates, parseArgs: () => ({ kind: 'read', args: {}, problems: [] }), *propose() {}, needs: () => needs };
  return aPolicy(removeDuplicates, {}, { policy: { metrics, profiles: [{ name: 'p', evictor: anEvictor(), deschedule: [], balance: [use(strategy, {})] }] } });
}

describe('the sources of usage figures that are read', () => {
  const enabled = { kubernetes: true, prometheus: { url: 'http://p', tokenSecret: undefined } };

  test('metrics-server, when the policy enables it and a strategy reads it', () => {
    expect(usageWanted(reading({ kubernetesMetrics: true }, enabled))).toEqual({ kubernetes: true, prometheus: undefined });
    expect(usageWanted(reading({ kubernetesMetrics: true }, { ...enabled, kubernetes: false }))).toEqual({ kubernetes: false, prometheus: undefined });
    expect(usageWanted(reading({}, enabled))).toEqual({ kubernetes: false, prometheus: undefined });
  });

  test('Prometheus, when the policy enables it and a strategy has a query', () => {
    expect(usageWanted(reading({ prometheusQuery: 'q' }, enabled)).prometheus).toEqual({ url: 'http://p', tokenFile: undefined, queries: ['q'] });
    expect(usageWanted(reading({ prometheusQuery: 'q' }, { ...enabled, prometheus: undefined })).prometheus).toBeUndefined();
  });

  test('the token is the mounted Secret of the policy, or the file that is named', () => {
    const policy = reading({ prometheusQuery: 'q' }, { kubernetes: false, prometheus: { url: 'http://p', tokenSecret: { namespace: 'monitoring', name: 'reader' } } });
    expect(usageWanted(policy).prometheus?.tokenFile).toBe('/var/run/secrets/evenkeel/monitoring/reader/prometheusAuthToken');
    expect(usageWanted(policy, '/own/token').prometheus?.tokenFile).toBe('/own/token');
  });
});
