import type { MetricsSources, RebalancePolicy } from '../../decide/rebalancing/policy.ts';
import type { Needs } from '../../decide/rebalancing/strategy.ts';
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
  const { namespace = '', name = '' } = secretReference;
  if (name === '' || namespace === '') return ['prometheus authToken.secretReference needs both name and namespace'];
  // They become part of a path.
  return [namespace, name].filter((each) => !objectName.test(each)).map((each) => `prometheus authToken.secretReference: ${JSON.stringify(each)} is no name of an object`);
}

const objectName = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/u;

/** What is enabled, of providers that were checked. */
export function metricsSources({ metricsProviders = [], metricsCollector }: WrittenPolicy): MetricsSources {
  const prometheus = metricsProviders.find(({ source }) => source === 'Prometheus')?.prometheus;
  const { namespace, name } = prometheus?.authToken?.secretReference ?? {};
  return {
    kubernetes: metricsCollector?.enabled === true || metricsProviders.some(({ source }) => source === 'KubernetesMetrics'),
    prometheus: prometheus?.url === undefined ? undefined : { url: prometheus.url, tokenSecret: namespace === undefined || name === undefined ? undefined : { namespace, name } },
  };
}

/** Sources that are enabled for nobody, and strategies that will wait for one in vain. */
export function idleSources({ metrics, profiles }: Pick<RebalancePolicy, 'metrics' | 'profiles'>): string[] {
  return sources.flatMap(({ source, isEnabled, isRead }) => {
    const readers = profiles.flatMap(({ name, deschedule, balance }) => [...deschedule, ...balance].filter(({ needs }) => isRead(needs)).map((strategy) => ({ profile: name, strategy: strategy.name })));
    if (!isEnabled(metrics)) return readers.map(({ profile, strategy }) => `in profile ${profile}: ${strategy} reads ${source}, which metricsProviders does not enable: it will fail in every cycle`);
    return readers.length > 0 ? [] : [`metricsProviders enables ${source}, which no enabled plugin reads`];
  });
}

interface Source {
  readonly source: string;
  isEnabled(metrics: MetricsSources): boolean;
  isRead(needs: Needs): boolean;
}

const sources: readonly Source[] = [
  { source: 'KubernetesMetrics', isEnabled: ({ kubernetes }) => kubernetes, isRead: ({ kubernetesMetrics }) => kubernetesMetrics === true },
  { source: 'Prometheus', isEnabled: ({ prometheus }) => prometheus !== undefined, isRead: ({ prometheusQuery }) => prometheusQuery !== undefined },
];
