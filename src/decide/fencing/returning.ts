import { isDaemonSetPod, isMirrorPod, type NodeRecord } from '../../model/cluster.ts';
import type { Decision } from '../../model/decision.ts';
import { type FenceCommand, fencingTaint, outOfServiceTaint } from '../../model/nodefence.ts';
import { type Duration, elapsed, formatDuration, milliseconds, seconds } from '../../model/time.ts';
import { advanceTo, askHuman, end, step, wait } from './cases.ts';
import { type Case, confirmedByPerson, lastReading, readingDue, sameMachine } from './fresh.ts';
import { pauseNote, windowOf } from './guards.ts';
import type { View } from './before-command.ts';
import { decideNodeDeletion } from './node-deletion.ts';
import { isOurs } from './releasing.ts';

/** `on` is sent again only when `status` says off after its limit, and not for ever. */
const powerOnTries = 3;
const powerOnInterval: Duration = seconds(10);

/** Returning: everything is released; the machine may come back, and is powered on by us when we powered it off. */
export function decideReturning(at: Case, node: NodeRecord, view: View): Decision {
  const { fence, snapshot } = at;
  const taint = node.taints.find(({ key }) => key === outOfServiceTaint);
  if (taint !== undefined && isOurs(taint)) {
    return { kind: 'liftOutOfService', node: node.name, nodeUID: node.uid, fence, because: 'the release is over' };
  }
  if (node.ready !== 'True') return diedAgain(at, node, view) ?? (isUntried(at, node) ? undefined : decideNodeDeletion(at, node)) ?? powerOn(at, node);
  if (!sameMachine(node, at.status)) {
    return askHuman(at, 'OtherMachine', `A machine with another systemUUID or machineID answers as ${node.name}: it gets nothing back from this fence`);
  }
  const ending = [...snapshot.podsOn(node.name)].filter((pod) => pod.deletionTimestamp !== undefined && pod.finalizers.length === 0 && !isMirrorPod(pod) && !isDaemonSetPod(pod));
  if (ending.length > 0) return wait(at, `the kubelet of ${node.name} finishes ${ending.length} old pods`);
  const { probation } = at.status.policy.return;
  const note = `${node.name} is back: nothing new lands on it until it has been Ready for ${formatDuration(probation)}`;
  return { kind: 'taint', fence, effect: 'NoSchedule', needs: 'nothing', advance: step('OnProbation', 'Ready', note, { phase: 'Probation', reason: 'Ready', message: note }) };
}

/** Probation: Ready without a break for the time that the policy asks for. */
export function decideProbation(at: Case, node: NodeRecord, view: View): Decision {
  const { probation } = at.status.policy.return;
  if (node.ready !== 'True') {
    const note = `${node.name} is not Ready any more: probation begins anew when it is`;
    return diedAgain(at, node, view) ?? advanceTo(at, step('Relapsed', 'NotReady', note, { phase: 'Returning', reason: 'Relapsed', message: note }));
  }
  const readySince = at.snapshot.heartbeat(node.name)?.readySince;
  const ready = readySince === undefined ? milliseconds(0) : elapsed(readySince, at.now.tick);
  if (ready < probation) return wait(at, `${node.name} has been Ready for ${formatDuration(ready)} of ${formatDuration(probation)}`);
  const missing = notServing(at, node);
  if (missing !== undefined) return wait(at, missing);
  return end(at, 'Succeeded', 'Restored', `${node.name} has been Ready for ${formatDuration(probation)}: our taints are gone, pods may land on it again`);
}

/** Ready comes before the drivers and DaemonSets that pods need: a volume cannot be mounted without its driver. */
function notServing({ snapshot, status }: Case, node: NodeRecord): string | undefined {
  const registered = snapshot.driversOn(node.name);
  const missing = (status.before.drivers ?? []).filter((driver) => !registered.includes(driver));
  if (missing.length > 0) return `${node.name} is Ready, and its CSI drivers are not registered yet: ${missing.join(', ')}`;
  const starting = [...snapshot.podsOn(node.name)].filter((pod) => isDaemonSetPod(pod) && pod.deletionTimestamp === undefined && !pod.ready);
  return starting.length === 0 ? undefined : `${node.name} is Ready, and ${starting.length} of its DaemonSet pods are not: ${starting.slice(0, 3).map(({ namespace, name }) => `${namespace}/${name}`).join(', ')}`;
}

/**
 * It showed life and died again: that is another incident, with a record of its own. Not Ready is not dead: a kubelet that
 * has just started says Ready=False for a while, and the node has not been Ready since it died the first time.
 */
function diedAgain(at: Case, node: NodeRecord, view: View): Decision | undefined {
  const heartbeat = at.snapshot.heartbeat(node.name);
  const wasBack = node.bootID !== at.fence.spec.bootID || (heartbeat?.renewTime ?? '') !== at.status.identity.leaseRenewTime;
  if (!wasBack || heartbeat?.unknownSince === undefined) return undefined;
  const window = windowOf(view.config.fencing.triggers);
  if (elapsed(heartbeat.unknownSince, at.now.tick) < window || elapsed(heartbeat.leaseStillSince, at.now.tick) < window) return undefined;
  return end(at, 'Aborted', 'DiedAgain', `${node.name} came back and died again before its probation was over: a new fence takes over`);
}

/** A machine that may be powered on gets that chance before its Node object goes. */
const isUntried = (at: Case, node: NodeRecord): boolean => at.status.powerOn === undefined && comesBackByItself(at, node) === undefined;

function powerOn(at: Case, node: NodeRecord): Decision {
  const byItself = comesBackByItself(at, node);
  if (byItself === foreignTaint && at.status.reason !== 'ForeignOutOfService') {
    const message = `${node.name} is not powered on: ${byItself}. It is when that is gone`;
    return advanceTo(at, step('Held', 'ForeignOutOfService', message, { reason: 'ForeignOutOfService', message }));
  }
  if (byItself !== undefined) return wait(at, `${node.name} has to come back by itself: ${byItself}`);
  if (at.snapshot.scriptRunning(at.fence.metadata.name)) return wait(at, 'the machine is being powered on, or its power is read');
  return at.status.powerOn === undefined ? { kind: 'powerOn', fence: at.fence } : afterPowerOn(at, node, at.status.powerOn);
}

function afterPowerOn(at: Case, node: NodeRecord, sent: FenceCommand): Decision {
  const { fence, snapshot } = at;
  const seen = snapshot.phaseSince(fence.metadata.name) ?? at.now.tick;
  // Even a command that has ended takes time: a machine that is still off a second later is no failure.
  if (elapsed(seen, at.now.tick) < sent.limit) return wait(at, `the command of ${sent.by} to power on has ${formatDuration(milliseconds(sent.limit))} to take effect`);
  if (readingDue(at, powerOnInterval)) return { kind: 'readPower', fence };
  if (lastReading(at)?.power !== 'off') return wait(at, `${node.name} is powered on and has to report back`);
  if ((sent.tries ?? 1) < powerOnTries) return { kind: 'powerOn', fence };
  const note = `The machine of ${node.name} stays off after ${powerOnTries} attempts to power it on. Its workload is released and safe: power it on by hand`;
  if (at.status.reason === 'PowerOnFailed') return wait(at, note);
  return advanceTo(at, step('PowerOnFailed', 'StaysOff', note, { reason: 'PowerOnFailed', message: note, lastError: note }));
}

const foreignTaint = 'the out-of-service taint of somebody else is on it, and a machine that runs would lose its volumes';

function comesBackByItself({ fence, status, snapshot }: Case, node: NodeRecord): string | undefined {
  if (node.taints.some(({ key }) => key === outOfServiceTaint)) return foreignTaint;
  if (node.bootID !== fence.spec.bootID) return 'it has booted and is not Ready yet';
  if (snapshot.self.paused !== undefined) return pauseNote(snapshot.self.paused);
  if (fence.spec.cancelled === true) return 'its fence was cancelled by a person';
  if (!status.policy.return.powerOn) return 'return.powerOn is false';
  // A person who confirmed that it is off knows why it is off, and will switch it on.
  if (status.evidence.class !== 'off' || !status.evidence.items.some(({ source }) => source.startsWith('script '))) return 'its power was not taken or found off by us';
  return status.policy.plan[status.level]?.verifies === true ? undefined : 'its script cannot tell its power';
}

/** NeedsHuman: nothing moves by itself, except that a node which comes back ends it. */
export function decideNeedsHuman(at: Case, node: NodeRecord): Decision {
  const taint = node.taints.find(({ key }) => key === outOfServiceTaint);
  if (taint !== undefined && isOurs(taint)) {
    return { kind: 'liftOutOfService', node: node.name, nodeUID: node.uid, fence: at.fence, because: 'a person has to look first' };
  }
  if (at.fence.spec.cancelled === true) return end(at, 'Aborted', 'Cancelled', `The fence of ${node.name} was cancelled by a person`);
  if (node.ready === 'True' && sameMachine(node, at.status)) return end(at, 'Recovered', 'ReadyAgain', `${node.name} is Ready again`);
  const person = confirmedByPerson(at);
  if (person !== undefined && node.ready !== 'True' && (node.bootID === at.fence.spec.bootID || sameMachine(node, at.status))) {
    const note = `${person} says that the machine of ${node.name} is off`;
    return advanceTo(at, step('CommandUnknown', 'Confirmed', note, { phase: 'Verifying', reason: 'Confirmed', message: note }));
  }
  return wait(at, `a person has to look: ${at.status.message ?? at.status.reason}`);
}

export const hasOurIsolation = (node: NodeRecord): boolean => node.taints.some(({ key }) => key === fencingTaint);
