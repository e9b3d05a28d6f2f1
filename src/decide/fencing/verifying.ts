import type { NodeRecord } from '../../model/cluster.ts';
import type { FenceMethod } from '../../model/configuration.ts';
import type { Decision } from '../../model/decision.ts';
import { selects } from '../../model/labels.ts';
import type { EvidenceItem, FenceCommand, PlannedCommand } from '../../model/nodefence.ts';
import type { PowerReading } from '../../model/snapshot.ts';
import { type Duration, elapsed, formatDuration, formatInstant, milliseconds, seconds, type Tick, tick } from '../../model/time.ts';
import { advanceTo, askHuman, end, nextLevel, step, wait } from './cases.ts';
import { type Case, confirmedByPerson, lastReading, proofLifetime, readingDue, sameMachine } from './fresh.ts';

/** How long a killed process group may take to die after the limit of its script. */
const killGrace: Duration = seconds(10);

/** Fencing: the command runs. If its process is not ours, it may still be running somewhere: wait out its recorded limit. */
export function decideFencing(at: Case): Decision {
  const { fence, status, snapshot, now } = at;
  const command = status.command;
  if (command === undefined) return wait(at, 'the record has no command');
  if (snapshot.scriptRunning(fence.metadata.name)) return wait(at, `${command.method} ${command.action} is running`);
  const seen = snapshot.phaseSince(fence.metadata.name) ?? now.tick;
  const left = milliseconds(command.limit + killGrace - elapsed(seen, now.tick));
  // The process that sent it writes the outcome itself, as soon as the API server lets it.
  if (left > 0) return wait(at, `a command of ${command.by} may still be running, for ${formatDuration(left)} at most`);
  const note = `Nobody knows whether ${command.method} ${command.action} reached ${fence.spec.nodeName}: it is not sent again under this attempt, evidence decides`;
  return advanceTo(at, step('CommandUnknown', 'Unknown', note, { phase: 'Verifying', reason: 'CommandUnknown', message: note, command: { ...command, outcome: 'unknown' } }));
}

/** Verifying: a script's exit code is a claim. What counts is a new boot of the same machine, or `off` read again and again. */
export function decideVerifying(at: Case, node: NodeRecord): Decision {
  const { status, fence } = at;
  if (fence.spec.cancelled === true) return end(at, 'Aborted', 'Cancelled', `The fence of ${node.name} was cancelled after its command: nothing was released`);
  if (node.bootID !== fence.spec.bootID && node.bootID !== '') return rebooted(at, node);
  if (node.ready === 'True') {
    return end(at, 'Recovered', 'ReadyAgain', `${node.name} is Ready again without a reboot: the command had no effect, nothing was released`);
  }
  const person = confirmedByPerson(at);
  if (person !== undefined) {
    return proved(at, 'off', [{ at: fence.spec.confirmedOff?.at ?? '', source: person, says: 'confirmed that the machine is off' }]);
  }
  return decideByPower(at, status.command);
}

interface Level {
  readonly planned: PlannedCommand;
  readonly method: FenceMethod;
  /** `off` readings mean something: our own `off` came before them, or no command of ours at all. */
  readonly offCounts: boolean;
}

function decideByPower(at: Case, command: FenceCommand | undefined): Decision {
  const { status } = at;
  const planned = status.policy.plan[status.level];
  const method = status.policy.methods.find(({ name }) => name === planned?.method);
  if (planned === undefined || method === undefined) return askHuman(at, 'NoMethod', `The record of ${at.fence.spec.nodeName} names no method for its level`);
  const level: Level = { planned, method, offCounts: planned.verifies && (command === undefined || command.action === 'off') };
  return provedOff(at, level) ?? acceptedClaim(at, level, command) ?? outOfTime(at, level, command) ?? readOn(at, level);
}

function provedOff(at: Case, { planned, method, offCounts }: Level): Decision | undefined {
  if (!offCounts) return undefined;
  const { statusReads, statusOver } = method.evidence;
  // Hours may lie between a reading of an earlier phase and this one.
  const since = startOfVerifying(at);
  const offs = trailingOffs(at.snapshot.powerReadings(at.fence.metadata.name).filter((reading) => reading.tick >= since));
  const first = offs[0];
  const last = offs.at(-1);
  if (first === undefined || last === undefined || offs.length < statusReads || elapsed(first.tick, last.tick) < statusOver) return undefined;
  if (elapsed(last.tick, at.now.tick) > proofLifetime) return undefined;
  return proved(at, 'off', offs.slice(-statusReads).map((reading) => itemOf(reading, planned.method)));
}

/** A claim counts where an administrator said so, and never against what the device itself says. */
function acceptedClaim(at: Case, { method, planned }: Level, command: FenceCommand | undefined): Decision | undefined {
  if (command?.outcome !== 'claimed' || method.acceptClaimed === undefined || !selects(method.acceptClaimed, at.node?.labels ?? {})) return undefined;
  const last = lastReading(at);
  if (last?.power === 'on') return undefined;
  if (planned.verifies && last === undefined) return readingDue(at, proofLifetime) ? { kind: 'readPower', fence: at.fence } : wait(at, 'the power of the machine is read before a claim is accepted');
  return proved(at, 'claimed', [{ at: command.at, source: `script ${method.script} ${command.action}`, says: 'exit code 0, which acceptClaimed takes as enough to force-delete' }]);
}

function outOfTime(at: Case, { method }: Level, command: FenceCommand | undefined): Decision | undefined {
  const { within, statusReads } = method.evidence;
  if (elapsed(startOfVerifying(at), at.now.tick) < within) return undefined;
  if (command === undefined) return nextLevel(at, `status said off once, but not ${statusReads} times within ${formatDuration(within)}`);
  return nextLevel(at, `no proof within ${formatDuration(within)} after ${method.name} ${command.action} (${command.outcome}${lastSays(at)})`);
}

function readOn(at: Case, { method, offCounts }: Level): Decision {
  if (!offCounts) return wait(at, 'the machine has to come back with a new boot');
  const interval = milliseconds(method.evidence.statusOver / Math.max(1, method.evidence.statusReads - 1));
  if (readingDue(at, interval)) return { kind: 'readPower', fence: at.fence };
  return wait(at, `the power of the machine is read until it has been off for ${formatDuration(method.evidence.statusOver)}`);
}

/**
 * Readings and phases are this process's own observations: after a restart the time to prove begins anew. It does so too
 * for a replica that stood by meanwhile: it has seen the phase for long, and has never asked for the power.
 */
const startOfVerifying = ({ fence, snapshot, now }: Case): Tick => tick(Math.max(snapshot.phaseSince(fence.metadata.name) ?? now.tick, snapshot.self.leadingSince));

function trailingOffs(readings: readonly PowerReading[]): PowerReading[] {
  const lastOther = readings.findLastIndex(({ power }) => power !== 'off');
  return readings.slice(lastOther + 1);
}

const itemOf = (reading: PowerReading, method: string): EvidenceItem => ({ at: formatInstant(reading.at), source: `script ${method} status`, says: `power ${reading.power}` });

function rebooted(at: Case, node: NodeRecord): Decision {
  if (!sameMachine(node, at.status)) {
    return askHuman(at, 'OtherMachine', `A machine with another systemUUID or machineID answers as ${node.name}: nothing is released for it`);
  }
  if (at.status.command === undefined) return end(at, 'Recovered', 'RebootedByItself', `${node.name} rebooted by itself before any command`);
  return proved(at, 'rebooted', [{ at: formatInstant(at.now.wall), source: 'node bootID', says: `changed from ${at.fence.spec.bootID} to ${node.bootID}; systemUUID and machineID are the recorded ones` }]);
}

function proved(at: Case, kind: 'off' | 'rebooted' | 'claimed', items: readonly EvidenceItem[]): Decision {
  const name = at.fence.spec.nodeName;
  const note = `${name} is fenced, proof: ${kind} (${items.map(({ source, says }) => `${source}: ${says}`).join('; ')})`;
  return advanceTo(at, step('Proved', kind, note, { phase: 'Fenced', reason: 'Proved', message: note, evidence: { class: kind, items } }));
}

function lastSays(at: Case): string {
  const last = lastReading(at);
  return last === undefined ? '' : `; status: ${last.power}, ${last.because}`;
}
