/**
 * What the demo saw, in the order in which it happened: each is one line of `evenkeel demo --json`, stamped with `time` (RFC 3339)
 * and, from the incident on, `seconds` since it.
 */
export type Happening =
  /** The demo itself says what it does, or found out. `incident`: from here on the seconds count. */
  | { readonly type: 'chapter'; readonly kind: 'setup' | 'incident' | 'note' | 'refused' | 'done'; readonly says: string }
  /** A Kubernetes Event. `by` is the component that wrote it: `evenkeel.dev/controller`, or one of the cluster's own. */
  | { readonly type: 'event'; readonly by: string; readonly reason: string; readonly severity: string; readonly regarding: string; readonly note: string }
  /** A NodeFence changed its phase. */
  | { readonly type: 'fence'; readonly fence: string; readonly node: string; readonly phase: string; readonly reason: string; readonly evidence: string }
  | { readonly type: 'node'; readonly node: string; readonly change: NodeChange; readonly taint?: string }
  | { readonly type: 'pod'; readonly pod: string; readonly node: string; readonly change: PodChange; readonly owner: string }
  | { readonly type: 'volume'; readonly volume: string; readonly node: string; readonly change: VolumeChange }
  /** What really happened to a machine: `power off`, `booted`, `kubelet stopped` … */
  | { readonly type: 'machine'; readonly machine: string; readonly change: string }
  /** One call of the fence script at the device. */
  | { readonly type: 'device'; readonly machine: string; readonly command: string; readonly step: 'received' | 'applied' | 'answered'; readonly says: string }
  /** What a command of evenkeel answered to somebody who asked. */
  | { readonly type: 'answer'; readonly command: string; readonly says: string }
  /** Where real kubectl finds the cluster (`--serve`). */
  | { readonly type: 'serving'; readonly kubeconfig: string; readonly server: string; readonly device: string };

export type NodeChange = 'registered' | 'ready' | 'silent' | 'tainted' | 'untainted' | 'gone';
/** `silent`: it was Ready, and its node is not heard of; `back`: it is Ready again without a new start. */
export type PodChange = 'created' | 'assigned' | 'running' | 'silent' | 'back' | 'deleting' | 'gone';
export type VolumeChange = 'attaching' | 'attached' | 'detaching' | 'free';

/** A happening with its moment. */
export type DemoRecord = Happening & {
  /** RFC 3339, in UTC with six digits. */
  readonly time: string;
  /** Since the incident; absent before it. */
  readonly seconds?: number;
};
