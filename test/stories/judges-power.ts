import type { DeviceEntry } from '../../src/embedded/machines/fence-device.ts';
import { fencingTaint, outOfServiceTaint } from '../../src/model/nodefence.ts';
import { controllerAccount } from './judges.ts';
import type { AuditedRequest } from './world.ts';

/** One line of the machines' own log. */
export interface MachineEntry {
  readonly at: number;
  readonly tick: number;
  readonly machine: string;
  readonly event: string;
}

/**
 * What the device was told and should not have been, by its own log of one story in which each machine dies once: two
 * `off` or `reboot` under one attempt, two `on` without a `status` that said off in between, a power command to a machine
 * whose kubelet lives.
 */
export function excessCommands(device: readonly DeviceEntry[], machines: readonly MachineEntry[]): string[] {
  const found: string[] = [];
  const sent = new Set<string>();
  const onSince = new Set<string>();
  for (const entry of device) {
    const { machine, command, attempt, step, power } = entry;
    const which = `${machine}, attempt ${attempt}`;
    if (command === 'status' && step === 'answered' && power === 'off') onSince.delete(which);
    if (step !== 'received') continue;
    if (command === 'on') {
      if (onSince.has(which)) found.push(`${which}: on was sent again, and no status had said off in between`);
      onSince.add(which);
    }
    if (command !== 'off' && command !== 'reboot') continue;
    if (sent.has(which)) found.push(`${which}: a second power command (${command})`);
    sent.add(which);
    if (kubeletLives(entry, machines)) found.push(`${which}: ${command} was sent to a machine whose kubelet lives`);
  }
  return found;
}

function kubeletLives({ machine, tick }: DeviceEntry, machines: readonly MachineEntry[]): boolean {
  return machines.findLast((entry) => entry.machine === machine && entry.tick <= tick)?.event === 'kubelet started';
}

/** `off` readings as old as this permit nothing (15 s in the product, and the logs round). */
const proofLifetime = 15_500;

/** Puts the two logs side by side: what was released without a fresh `off` by the device's own word, and `on` before our taint was gone. */
export function againstTheDevice(audit: readonly AuditedRequest[], device: readonly DeviceEntry[]): string[] {
  const found: string[] = [];
  for (const request of audit) {
    if (request.user !== controllerAccount || request.code >= 300) continue;
    const machine = releasing(request);
    if (machine === undefined) continue;
    const at = Date.parse(request.receivedTimestamp);
    const last = device.findLast((entry) => entry.machine === machine && entry.command === 'status' && entry.step === 'answered' && entry.at <= at);
    if (last?.power !== 'off' || at - last.at > proofLifetime) found.push(`${request.receivedTimestamp} ${request.verb} ${request.uri}: the device had not said off for ${machine} in the 15 s before it`);
  }
  return [...found, ...device.filter(({ command, step }) => command === 'on' && step === 'received').flatMap((on) => (outOfServiceAt(on, audit) ? [`${on.machine} was powered on while our out-of-service taint stood`] : []))];
}

/** The machine that this request takes something from, when that needs a fresh proof. */
function releasing({ verb, object, requestObject, responseObject }: AuditedRequest): string | undefined {
  if (verb === 'delete' && object.resource === 'pods') return (responseObject as { spec?: { nodeName?: string } } | undefined)?.spec?.nodeName ?? '';
  return verb === 'patch' && object.resource === 'nodes' && taintsOf(requestObject).includes(outOfServiceTaint) && taintsOf(requestObject).includes(fencingTaint) ? object.name : undefined;
}

const taintsOf = (object: unknown): string[] => ((object as { spec?: { taints?: { key: string }[] } } | undefined)?.spec?.taints ?? []).map(({ key }) => key);

function outOfServiceAt({ machine, at }: DeviceEntry, audit: readonly AuditedRequest[]): boolean {
  const last = audit.findLast(({ verb, code, object, user, stageTimestamp }) => verb === 'patch' && code < 300 && user === controllerAccount && object.resource === 'nodes' && object.name === machine && Date.parse(stageTimestamp) <= at);
  return last !== undefined && taintsOf(last.requestObject).includes(outOfServiceTaint);
}
