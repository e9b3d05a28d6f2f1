import { refusal } from '../act/scripts/check-run.ts';
import type { ScriptAction, ScriptDescription, ScriptRunner } from '../act/scripts/script.ts';
import type { FenceMethod, FencingSettings } from '../model/configuration.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** Whether the script of every method is there, may run, and can do what its method asks of it. */
export function checkScripts(fencing: FencingSettings, runner: ScriptRunner): Finding[] {
  const used = new Set(fencing.methods.map(({ script }) => script));
  const idle = fencing.scripts.allowed.filter((name) => !used.has(name));
  return [...fencing.methods.flatMap((method) => checkMethod(method, fencing, runner)), ...idle.map((name) => note('script', `${name} is allowed, but no method uses it`))];
}

function checkMethod(method: FenceMethod, fencing: FencingSettings, runner: ScriptRunner): Finding[] {
  const about = `method ${method.name}, script ${method.script}`;
  const described = runner.describe(method.script);
  if (described.kind === 'problem') return [problem('script', `${about}: ${described.problem}${described.problem.startsWith('not found') ? '; put it there, or mount the ConfigMap that holds it' : ''}`)];
  const unable = cannot(method, described);
  if (unable !== undefined) return [problem('script', `${about}: ${unable}`)];
  const wrong = parameterProblem(method, described);
  if (wrong !== undefined) return [problem('script', `${about}: ${wrong}; correct fencing.methods[].parameters`)];
  return [ok('script', `${about}: ${described.path} can ${described.actions.join(', ')}`), ...limits(method, described, fencing).map((says) => note('script', `${about}: ${says}`))];
}

/** Without `status` nothing can prove an `off`, so a script that has only `off` cannot be used for it. */
const canProveOff = ({ actions }: ScriptDescription): boolean => actions.includes('off') && actions.includes('status');

function cannot({ action }: FenceMethod, script: ScriptDescription): string | undefined {
  const can = `it can only ${script.actions.join(', ')}`;
  if (action === 'off' && !canProveOff(script)) return `action is off, which takes off and status, but ${can}; write action: reboot, or use another script`;
  if (action === 'reboot' && !script.actions.includes('reboot')) return `action is reboot, but ${can}; write action: off, or use another script`;
  if (action === 'auto' && !script.actions.includes('reboot') && !canProveOff(script)) return `action is auto, which takes reboot, or off and status, but ${can}; use another script`;
  return undefined;
}

/** What the runner would refuse at the moment of need, asked now with a node and a machine that are well formed. */
function parameterProblem({ script, action, timeout, parameters }: FenceMethod, described: ScriptDescription): string | undefined {
  const wanted: ScriptAction = action === 'reboot' || !canProveOff(described) ? 'reboot' : 'off';
  return refusal({ script, action: wanted, node: 'node', machineID: 'machine', attempt: 1, timeout, parameters }, described);
}

function limits({ action, acceptClaimed }: FenceMethod, script: ScriptDescription, { return: { powerOn } }: FencingSettings): string[] {
  const says: string[] = [];
  if (!canProveOff(script) && action === 'auto') says.push('it cannot prove that a machine is off, so auto means reboot: volumes wait for the machine to come back');
  if (canProveOff(script) && powerOn && !script.actions.includes('on')) says.push('it cannot power on: a machine that it switched off stays off until a person starts it');
  if (acceptClaimed !== undefined) says.push('acceptClaimed believes exit code 0 without proof: if the script is wrong, two writers meet on one disk');
  return says;
}
