import type { ScriptRunner } from '../act/scripts/script.ts';
import type { FenceMethod } from '../model/configuration.ts';
import { milliseconds, minutes } from '../model/time.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** Asks the fence device of every method whether it would answer. `monitor` changes nothing and is about no machine. */
export async function checkDevices(methods: readonly FenceMethod[], runner: ScriptRunner, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const method of methods) findings.push(await checkDevice(method, runner, signal));
  return findings;
}

async function checkDevice({ name, script, timeout, parameters }: FenceMethod, runner: ScriptRunner, signal: AbortSignal): Promise<Finding> {
  const about = `method ${name}, script ${script}`;
  const described = runner.describe(script);
  if (described.kind === 'problem') return problem('device', `${about}: not asked, because the script cannot run`);
  if (!described.actions.includes('monitor')) return note('device', `${about}: it has no monitor, so nobody can tell whether it works before a node is down`);
  const limit = milliseconds(Math.min(timeout, minutes(1)));
  const result = await runner.run({ script, action: 'monitor', node: '', machineID: '', attempt: 0, timeout: limit, parameters }, signal);
  if (result.kind === 'done') return ok('device', `${about}: the device answers`);
  return problem('device', `${about}: ${result.note}; until this works, no node can be fenced this way`);
}
