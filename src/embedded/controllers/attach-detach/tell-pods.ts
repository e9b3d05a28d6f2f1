import { resources } from '../../../kube/paths.ts';
import type { ControllerParts } from '../controller.ts';
import { eventRecorder } from '../events.ts';
import { type PodObject, nameOfKey } from '../node-and-pod.ts';
import type { Desired, User } from './desired.ts';

interface Where {
  readonly volume: string;
  readonly node: string;
}

/** Events about the pods that wait for a volume on a node, in the words of kube-controller-manager. */
export interface TellPods {
  attached(persistentVolume: string, where: Where): void;
  failed(persistentVolume: string, where: Where & { readonly why: string }): void;
  /** It is attached to other nodes, and may be on one only. */
  elsewhere(persistentVolume: string, where: Where & { readonly elsewhere: readonly string[] }): void;
}

export function tellPods(parts: ControllerParts, desired: Desired): TellPods {
  const record = eventRecorder('attachdetach-controller', parts);
  const each = ({ volume, node }: Where, type: 'Normal' | 'Warning', reason: string, message: (user: User) => string): void => {
    for (const user of desired.usersOf(volume, node)) {
      const pod = parts.store.get<PodObject>(resources.pods, nameOfKey(user.key));
      if (pod !== undefined) record(pod, type, reason, message(user));
    }
  };
  return {
    attached: (persistentVolume, where) => each(where, 'Normal', 'SuccessfulAttachVolume', () => `AttachVolume.Attach succeeded for volume "${persistentVolume}" `),
    failed: (persistentVolume, { why, ...where }) => each(where, 'Warning', 'FailedAttachVolume', () => `AttachVolume.Attach failed for volume "${persistentVolume}" : ${why}`),
    elsewhere(persistentVolume, { elsewhere, ...where }) {
      const holders = elsewhere.flatMap((node) => desired.usersOf(where.volume, node));
      each(where, 'Warning', 'FailedAttachVolume', (user) => `Multi-Attach error for volume "${persistentVolume}" ${usedBy(holders, user)}`);
    },
  };
}

/** Names of pods in other namespaces are not told. */
function usedBy(holders: readonly User[], { key }: User): string {
  if (holders.length === 0) return "Volume is already exclusively attached to one node and can't be attached to another";
  const namespaceOf = (each: string): string => nameOfKey(each).namespace ?? '';
  const local = holders.filter((holder) => namespaceOf(holder.key) === namespaceOf(key));
  const others = holders.length - local.length;
  if (local.length === 0) return `Volume is already used by ${others} pod(s) in different namespaces`;
  const names = local.map((holder) => nameOfKey(holder.key).name).join(', ');
  return `Volume is already used by pod(s) ${names}${others > 0 ? ` and ${others} pod(s) in different namespaces` : ''}`;
}
