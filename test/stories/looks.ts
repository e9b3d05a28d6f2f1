import type { Api } from '../../src/kube/api.ts';
import { collectionPath, objectPath, resources } from '../../src/kube/paths.ts';
import { parseNode } from '../../src/kube/records/node.ts';
import { parseNodeFence } from '../../src/kube/records/nodefence.ts';
import type { Pod, World } from './world.ts';

/** What stories look at and label, over an administrator's door: the same in every world. */
export function looks(admin: Api): Pick<World, 'node' | 'fences' | 'pods' | 'attachments' | 'events' | 'label'> {
  const list = async (path: string): Promise<Record<string, never>[]> => (await admin.call<{ items: Record<string, never>[] }>({ verb: 'GET', path })).items;
  return {
    node: async (name) => parseNode(await admin.call({ verb: 'GET', path: objectPath(resources.nodes, { name }) })),
    fences: async (node) => (await list(collectionPath(resources.nodefences))).map((item) => parseNodeFence(item)).filter(({ spec }) => node === undefined || spec.nodeName === node),
    pods: async (inNamespace) => (await list(collectionPath(resources.pods, inNamespace))).map(podOf),
    attachments: async () =>
      (await list(collectionPath(resources.volumeattachments))).map((item) => {
        const { spec, status } = item as unknown as { spec: { nodeName: string; source: { persistentVolumeName: string } }; status?: { attached?: boolean } };
        return { node: spec.nodeName, volume: spec.source.persistentVolumeName, attached: status?.attached === true };
      }),
    events: async (regarding) =>
      (await list('/api/v1/events')).flatMap((item) => {
        const { involvedObject, reason, type, message } = item as unknown as { involvedObject: { name: string }; reason: string; type: string; message: string };
        return involvedObject.name === regarding ? [{ reason, type, note: message }] : [];
      }),
    async label(node, labels) {
      await admin.call({ verb: 'PATCH', path: objectPath(resources.nodes, { name: node }), patch: 'application/merge-patch+json', body: { metadata: { labels } } });
    },
  };
}

function podOf(item: unknown): Pod {
  const { metadata, spec, status } = item as {
    metadata: { name: string; uid: string; deletionTimestamp?: string };
    spec: { nodeName?: string };
    status?: { phase?: string; conditions?: { type: string; status: string }[] };
  };
  return {
    name: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName ?? '',
    phase: status?.phase ?? '',
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true,
    deleting: metadata.deletionTimestamp !== undefined,
  };
}
