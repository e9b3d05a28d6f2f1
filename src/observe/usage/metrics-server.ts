import { type Api, answered } from '../../kube/api.ts';
import { collectionPath, type Resource, resources } from '../../kube/paths.ts';
import { parseNodeUsage, parsePodUsage, type Usage } from '../../kube/records/usage.ts';
import { seconds } from '../../model/time.ts';

/** What every node uses now, by name. */
export async function readNodeUsage(api: Api, signal: AbortSignal): Promise<ReadonlyMap<string, Usage>> {
  const items = await listOnce(api, resources.nodeMetrics, signal);
  return new Map(items.flatMap((item) => parseNodeUsage(item) ?? []).map(({ name, usage }) => [name, usage]));
}

/** What every pod uses now, by `namespace/name`. */
export async function readPodUsage(api: Api, signal: AbortSignal): Promise<ReadonlyMap<string, Usage>> {
  const items = await listOnce(api, resources.podMetrics, signal);
  return new Map(items.flatMap((item) => parsePodUsage(item) ?? []).map(({ pod, usage }) => [pod, usage]));
}

/** metrics-server knows neither pages nor versions: the whole list in one answer. */
async function listOnce(api: Api, resource: Resource, signal: AbortSignal): Promise<readonly unknown[]> {
  const answer = await api.call<{ readonly items?: unknown } | undefined>({ verb: 'GET', path: collectionPath(resource), limit: seconds(60), signal });
  return Array.isArray(answer?.items) ? (answer.items as unknown[]) : [];
}

/** Why there are no figures, and what to do. */
export function metricsServerProblem(error: unknown): string {
  const says = error instanceof Error ? error.message : String(error);
  if (answered(error, 404)) return `the cluster serves no metrics.k8s.io/v1beta1: is metrics-server installed? (${says})`;
  if (answered(error, 403)) return `metrics-server may not be read: the component usage-metrics grants the right (${says})`;
  return `metrics-server cannot be read: ${says}`;
}
