import type { NodeRecord } from '../../model/cluster.ts';
import type { Configuration } from '../../model/configuration.ts';
import type { Decision } from '../../model/decision.ts';
import { selects } from '../../model/labels.ts';
import type { NodeFence } from '../../model/nodefence.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { elapsed, formatDuration, type Now } from '../../model/time.ts';
import { machineOf } from './plan.ts';
import { windowOf } from './guards.ts';

/** For a node without an open fence: opens the record once the node has not been Ready for the whole threshold. */
export function decideOpening(node: NodeRecord, ended: readonly NodeFence[], config: Configuration, view: { snapshot: Snapshot; now: Now }): Decision | undefined {
  const { snapshot, now } = view;
  if (node.ready === 'True' || node.ready === undefined || node.deleting || !selects(config.fencing.nodeSelector, node.labels)) return undefined;
  const since = snapshot.heartbeat(node.name)?.notReadySince;
  const window = windowOf(config.fencing.triggers);
  if (since === undefined || elapsed(since, now.tick) < window) return undefined;
  const mine = ended.filter(({ spec }) => spec.nodeUID === node.uid && spec.bootID === node.bootID);
  if (mine.some(({ status }) => status?.reason === 'Cancelled')) {
    return { kind: 'wait', node: node.name, because: 'a person cancelled the fence of this incarnation of the node' };
  }
  const machine = machineOf(node.name, config.fencing.inventory, snapshot.nodes);
  const attempt = mine.reduce((most, { spec }) => Math.max(most, spec.attempt), 0) + 1;
  const reason = `Ready has not been True for ${formatDuration(window)}`;
  return {
    kind: 'open',
    node: node.name,
    note: `${node.name} is taken for dead: ${reason}`,
    spec: {
      nodeName: node.name,
      nodeUID: node.uid,
      bootID: node.bootID,
      machineID: machine.kind === 'machine' ? machine.id : node.name,
      attempt,
      reason,
      requestedBy: 'controller',
    },
  };
}
