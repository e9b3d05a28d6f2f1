import { nearest } from '../../spelling.ts';
import type { Plugins } from '../plugins.ts';
import type { WrittenPolicy } from '../schema.ts';
import { profileRemarks } from './profile.ts';
import { hint, type Remark, warning, when } from './remark.ts';

/** What of a policy that can be decoded does nothing, or not what it seems to. */
export function policyRemarks(written: WrittenPolicy, plugins: Plugins): Remark[] {
  const { apiVersion, profiles = [] } = written;
  return [
    ...when(apiVersion !== undefined && profiles.length === 0, warning([], 'the policy has no profiles, so it evicts nothing')),
    ...limitRemarks(written),
    ...sourceRemarks(written),
    ...profiles.flatMap((profile, at) => profileRemarks(profile, ['profiles', at], profiles, plugins)),
  ];
}

function limitRemarks({ gracePeriodSeconds, ...limits }: WrittenPolicy): Remark[] {
  const named = ['maxNoOfPodsToEvictPerNode', 'maxNoOfPodsToEvictPerNamespace', 'maxNoOfPodsToEvictTotal'] as const;
  return [
    ...named.filter((name) => limits[name] === 0).map((name) => hint([name], `${name}: 0 is a limit of none: nothing is evicted; leave it out for no limit`)),
    ...when(gracePeriodSeconds === 0, hint(['gracePeriodSeconds'], 'gracePeriodSeconds: 0 ends the containers at once; leave it out to give each pod its own grace period')),
    ...when(gracePeriodSeconds !== undefined && gracePeriodSeconds < 0, warning(['gracePeriodSeconds'], 'a negative gracePeriodSeconds is sent as it is, and the API server will refuse it or take it for 1')),
  ];
}

const sources = ['KubernetesMetrics', 'Prometheus'];

function sourceRemarks({ metricsProviders = [] }: WrittenPolicy): Remark[] {
  return metricsProviders.flatMap(({ source = '', prometheus }, at) => {
    const meant = nearest(source, sources);
    const inClear = source === 'Prometheus' && prometheus?.authToken !== undefined && URL.parse(prometheus.url ?? '')?.protocol === 'http:';
    const unknown = when(!sources.includes(source), warning(['metricsProviders', at], `the source ${JSON.stringify(source)} does nothing${meant === undefined ? `: there are ${sources.join(' and ')}` : `; did you mean "${meant}"?`}`));
    return [...unknown, ...when(inClear, hint(['metricsProviders', at, 'prometheus', 'url'], 'the token of authToken goes over plain http, where whoever is on the way can read it: write https'))];
  });
}
