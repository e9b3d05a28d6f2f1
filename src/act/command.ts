import { answered } from '../kube/api.ts';
import { rfc3339 } from '../kube/timestamps.ts';
import type { Advance, Outcome } from '../model/decision.ts';
import type { FenceMethod } from '../model/configuration.ts';
import { type FenceCommand, type NodeFence, outOfServiceTaint } from '../model/nodefence.ts';
import { seconds } from '../model/time.ts';
import { lookAgain } from './look.ts';
import { done, type Parts, skipped } from './parts.ts';
import { readFence, recordOf, writeStatus } from './record.ts';
import { readPower, type ScriptAction, type ScriptResult, type ScriptRun } from './scripts/runner.ts';
import { withSlot } from './slots.ts';
import { isolate } from './taints.ts';

/** Sends the one power command of this attempt: looks again, writes the intent, then starts the script. */
export async function sendCommand(parts: Parts, fence: NodeFence, { action, slots }: { action: 'reboot' | 'off'; slots: number }): Promise<Outcome> {
  const method = methodOf(fence);
  if (method === undefined || fence.status?.command !== undefined) return skipped('the record of this attempt has a command already');
  const live = await readFence(parts, fence.metadata.name);
  if (live.metadata.resourceVersion !== fence.metadata.resourceVersion) return skipped('the record of the fence has changed');
  if ((await withSlot(parts, fence, slots, () => Promise.resolve(true))) === undefined) return skipped('somebody else has taken the slot of this fence, and none is free');
  const look = await lookAgain(parts, fence, 'silence');
  if (typeof look === 'string') return skipped(look);
  const note = `${method.name} ${action} is sent to ${fence.spec.machineID} for ${fence.spec.nodeName}`;
  const command = intent(parts, method, action);
  // The intent is stored before anything happens: whoever finds it knows that the command may have been sent.
  const intended = await writeStatus(parts, fence, { step: 'CommandStarted', cause: action, note, change: { phase: 'Fencing', reason: 'CommandStarted', message: note, command } });
  parts.power.begin(fence.metadata.name);
  parts.power.clear(fence.metadata.name);
  void runCommand(parts, intended, method, command);
  return done(recordOf(intended, { step: 'CommandStarted', note, cause: action }));
}

async function runCommand(parts: Parts, fence: NodeFence, method: FenceMethod, command: FenceCommand): Promise<void> {
  const name = fence.metadata.name;
  try {
    const outcome = await ifStillSilent(parts, fence, command, () => parts.scripts.run(runOf(fence, method, command.action), parts.stopping));
    await keepTrying(parts, () => settle(parts, name, command, outcome));
  } finally {
    parts.power.clear(name);
    parts.power.end(name);
  }
}

/**
 * The last step before the script starts. For a reboot our taint becomes NoExecute here, so that the returning kubelet
 * ends the old pods instead of starting them again.
 */
async function ifStillSilent(parts: Parts, fence: NodeFence, command: FenceCommand, run: () => Promise<ScriptResult>): Promise<Settled> {
  try {
    const ready = command.action === 'reboot' ? await isolate(parts, fence, 'NoExecute', 'silence') : await stillSilent(parts, fence);
    if (ready.kind === 'refused') return { outcome: 'unknown', note: `not sent: ${ready.because}` };
    parts.leadership.assertLeader();
  } catch (error) {
    return { outcome: 'unknown', note: `not sent: ${error instanceof Error ? error.message : String(error)}` };
  }
  return settled(await run());
}

async function stillSilent(parts: Parts, fence: NodeFence): Promise<{ kind: 'silent' } | { kind: 'refused'; because: string }> {
  const look = await lookAgain(parts, fence, 'silence');
  return typeof look === 'string' ? { kind: 'refused', because: look } : { kind: 'silent' };
}

export interface Settled {
  readonly outcome: FenceCommand['outcome'];
  readonly note: string;
}

export function settled(result: ScriptResult): Settled {
  switch (result.kind) {
    case 'done':
      return { outcome: 'claimed', note: result.note };
    case 'failed':
      return { outcome: 'failed', note: result.note };
    case 'timedOut':
      return { outcome: 'timedOut', note: result.note };
    case 'refused':
      return { outcome: 'failed', note: `not started: ${result.problem}` };
    default:
      return result satisfies never;
  }
}

async function settle(parts: Parts, name: string, command: FenceCommand, { outcome, note }: Settled): Promise<void> {
  const fence = await readFence(parts, name);
  const now = fence.status?.command;
  if (fence.status?.phase !== 'Fencing' || now?.by !== command.by || now.at !== command.at || now.outcome !== 'intended') return;
  const advance = settledAdvance(fence, { ...command, outcome, note: note.slice(0, 1_000) });
  const written = await writeStatus(parts, fence, advance);
  parts.report(recordOf(written, advance));
}

function settledAdvance(fence: NodeFence, command: FenceCommand): Advance {
  const who = `${command.method} ${command.action} for ${fence.spec.nodeName}`;
  const change = { phase: 'Verifying' as const, command };
  if (command.outcome === 'claimed') {
    const note = `${who} says that it is done: that is a claim, now the proof is looked for`;
    return { step: 'CommandClaimed', cause: 'claimed', note, change: { ...change, reason: 'CommandClaimed', message: note } };
  }
  if (command.outcome === 'unknown') {
    const note = `${who} was ${command.note ?? 'not sent'}: evidence decides, then it is tried again under the next attempt`;
    return { step: 'CommandUnknown', cause: 'unknown', note, change: { ...change, reason: 'CommandUnknown', message: note, lastError: note } };
  }
  const timedOut = command.outcome === 'timedOut';
  const note = timedOut ? `${who} did not end within its limit and was killed; what it did is unknown (${command.note ?? ''})` : `${who} failed (${command.note ?? ''}); only evidence counts now`;
  const step = timedOut ? ('CommandTimedOut' as const) : ('CommandFailed' as const);
  return { step, cause: command.outcome, note, change: { ...change, reason: step, message: note, lastError: note } };
}

/** Powers the machine on again after everything is released. The record first, here too. */
export async function powerOn(parts: Parts, fence: NodeFence): Promise<Outcome> {
  const method = methodOf(fence);
  if (method === undefined) return skipped('the record names no method');
  const look = await lookAgain(parts, fence, 'nothing');
  if (typeof look === 'string') return skipped(look);
  if (look.ready === 'True') return skipped('the node is Ready');
  if (look.taints.some(({ key }) => key === outOfServiceTaint)) return skipped('an out-of-service taint is on the node: its volumes would be taken from a machine that runs');
  const tries = (fence.status?.powerOn?.tries ?? 0) + 1;
  const command: FenceCommand = { ...intent(parts, method, 'on'), tries };
  const note = `${fence.spec.machineID} is powered on again for ${fence.spec.nodeName}: everything it held is released`;
  const intended = await writeStatus(parts, fence, { step: 'PowerOnStarted', cause: 'on', note, change: { powerOn: command, reason: 'PowerOn', message: note } });
  parts.power.begin(fence.metadata.name);
  parts.power.clear(fence.metadata.name);
  void runPowerOn(parts, intended, method, command);
  return done(recordOf(intended, { step: 'PowerOnStarted', note, cause: 'on' }));
}

async function runPowerOn(parts: Parts, fence: NodeFence, method: FenceMethod, command: FenceCommand): Promise<void> {
  const name = fence.metadata.name;
  try {
    // The record says that it was meant: a successor reads the power and sends it.
    if (!parts.leadership.isLeader) return;
    const { outcome, note } = settled(await parts.scripts.run(runOf(fence, method, 'on'), parts.stopping));
    await keepTrying(parts, async () => {
      const live = await readFence(parts, name);
      if (live.status?.powerOn?.at !== command.at || live.status.powerOn.outcome !== 'intended') return;
      const ok = outcome === 'claimed';
      const says = ok ? `${command.method} on for ${fence.spec.nodeName} is done` : `${command.method} on for ${fence.spec.nodeName} failed (${note})`;
      const advance: Advance = { step: ok ? 'PowerOnEnded' : 'PowerOnFailed', cause: outcome, note: says, change: { powerOn: { ...command, outcome, note: note.slice(0, 1_000) }, message: says } };
      parts.report(recordOf(await writeStatus(parts, live, advance), advance));
    });
  } finally {
    parts.power.clear(name);
    parts.power.end(name);
  }
}

/** Asks for the power, in the background: the reading is an observation for the next pass. */
export function askPower(parts: Parts, fence: NodeFence): Outcome {
  const method = methodOf(fence);
  const name = fence.metadata.name;
  if (method === undefined || parts.power.running(name)) return skipped('the power is being read');
  const run = runOf(fence, method, 'status');
  parts.power.begin(name);
  void readOnce(parts, name, run);
  return done();
}

async function readOnce(parts: Parts, fence: string, run: ScriptRun): Promise<void> {
  // A slow script's word is as old as the question.
  const asked = parts.clock.now();
  try {
    const { power, because } = readPower(await parts.scripts.run(run, parts.stopping), run);
    parts.power.add(fence, power, because, asked);
  } catch (error) {
    parts.power.add(fence, 'unknown', String(error));
  } finally {
    parts.power.end(fence);
  }
}

function intent(parts: Parts, method: FenceMethod, action: FenceCommand['action']): FenceCommand {
  return { action, method: method.name, by: parts.leadership.identity, epoch: parts.leadership.epoch, at: rfc3339(parts.clock.now().wall), limit: method.timeout, outcome: 'intended' };
}

export function methodOf({ status }: NodeFence): FenceMethod | undefined {
  const planned = status?.policy.plan[status.level];
  return status?.policy.methods.find(({ name }) => name === planned?.method);
}

const runOf = ({ spec }: NodeFence, method: FenceMethod, action: ScriptAction): ScriptRun => ({
  script: method.script,
  action,
  node: spec.nodeName,
  machineID: spec.machineID,
  attempt: spec.attempt,
  timeout: method.timeout,
  parameters: method.parameters,
});

/** Stores an outcome although the API server may be away for a while; gives up when leadership is lost. */
async function keepTrying(parts: Parts, write: () => Promise<void>): Promise<void> {
  while (!parts.stopping.aborted && parts.leadership.isLeader) {
    try {
      return await write();
    } catch (error) {
      if (answered(error, 404)) return;
      await parts.clock.sleep(seconds(answered(error, 409) ? 0.1 : 1), parts.stopping);
    }
  }
}
