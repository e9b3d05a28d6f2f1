import { blockStorage, deployment, provision, statefulSet } from '../../embedded/machines/provision.ts';
import { objectPath, resources } from '../../kube/paths.ts';
import { isDeleting, isReady, nodeOf } from '../objects.ts';
import { nodesOf, podsOf, type Seen, type Stage } from './stage.ts';
import { until } from './until.ts';

export const workers = ['worker-1', 'worker-2', 'worker-3'] as const;
/** The StatefulSet `elasticsearch` lives here. */
export const search = 'search';
export const shop = 'shop';
export const deployments = ['cart', 'web'] as const;

/** Three workers that may be fenced, a StatefulSet of two with a volume each, and two Deployments of three. Returns when all of it runs. */
export async function setScene(stage: Stage): Promise<void> {
  const admin = stage.cluster.api('kubernetes-admin');
  await until(stage, 'three machines to boot', () => nodesOf(stage).filter(isReady).length === workers.length);
  for (const name of workers) {
    await admin.call({ verb: 'PATCH', path: objectPath(resources.nodes, { name }), patch: 'application/merge-patch+json', body: { metadata: { labels: { fencing: 'enabled' } } } });
  }
  await provision(admin, blockStorage(3));
  await provision(admin, statefulSet({ namespace: search, name: 'elasticsearch', replicas: 2 }));
  for (const name of deployments) await provision(admin, deployment({ namespace: shop, name, replicas: 3 }));
  await until(stage, 'all pods to run', () => running(stage, search) === 2 && running(stage, shop) === 6);
  await admin.close();
}

const running = (stage: Stage, namespace: string): number => podsOf(stage, namespace).filter((pod) => isReady(pod) && !isDeleting(pod)).length;

/** How many ready replicas of each Deployment every worker has, in the order of the workers. */
export type Balance = Readonly<Record<(typeof deployments)[number], readonly number[]>>;

export function balanceOf(stage: Seen): Balance {
  const pods = podsOf(stage, shop).filter((pod) => isReady(pod) && !isDeleting(pod));
  const replicas = (app: string): number[] => workers.map((worker) => pods.filter((pod) => pod.metadata.labels?.['app'] === app && nodeOf(pod) === worker).length);
  return { cart: replicas('cart'), web: replicas('web') };
}

export const isSpread = ({ cart, web }: Balance): boolean => [...cart, ...web].every((count) => count === 1);

/** `web 0+1+2` */
export const inWords = (balance: Balance): string => deployments.map((name) => `${name} ${balance[name].join('+')}`).join(', ');

