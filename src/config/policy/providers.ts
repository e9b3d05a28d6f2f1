import type { MetricsSources } from '../../decide/rebalancing/policy.ts';
import type { WrittenPolicy } from './schema.ts';

/** What is wrong with the sources of usage figures. */
export function checkMetricsProviders({ metricsProviders = [], metricsCollector }: WrittenPolicy): string[] {
  const sources = metricsProviders.map(({ source }) => source ?? '');
  const twice = [...new Set(sources.filter((source, at) => source !== '' && sources.indexOf(source) !== at))];
  return [
    ...twice.map((source) => `metrics source ${JSON.stringify(source)} is already configured, each source can be configured only once`),
    ...(metricsCollector?.enabled === true && sources.includes('KubernetesMetrics') ? ['metricsCollector.enabled and the metrics source "KubernetesMetrics" may not be combined'] : []),
    ...metricsProviders.flatMap(checkPrometheus),
  ];
}

type Provider = NonNullable<WrittenPolicy['metricsProviders']>[number];

function checkPrometheus({ source, prometheus }: Provider): string[] {
  if (source !== 'Prometheus') return [];
  if (prometheus === undefined) return ['prometheus configuration is required when the source is "Prometheus"'];
  const { url = '', authToken } = prometheus;
  if (url === '') return ['prometheus URL is required when the source is "Prometheus"'];
  if (!URL.canParse(url)) return [`prometheus URL ${JSON.stringify(url)} cannot be read`];
  if (authToken === undefined) return [];
  const { secretReference } = authToken;
  if (secretReference === undefined) return ['prometheus authToken needs a secretReference'];
  const complete = (secretReference.name ?? '') !== '' && (secretReference.namespace ?? '') !== '';
  return complete ? [] : ['prometheus authToken.secretReference needs both name and namespace'];
}

/** What is enabled, of providers that were checked. */
export function metricsSources({ metricsProviders = [], metricsCollector }: WrittenPolicy): MetricsSources {
  const prometheus = metricsProviders.find(({ source }) => source === 'Prometheus')?.prometheus;
  const { namespace, name } = prometheus?.authToken?.secretReference ?? {};
  return {
    kubernetes: metricsCollector?.enabled === true || metricsProviders.some(({ source }) => source === 'KubernetesMetrics'),
    prometheus: prometheus?.url === undefined ? undefined : { url: prometheus.url, tokenSecret: namespace === undefined || name === undefined ? undefined : { namespace, name } },
  };
}
