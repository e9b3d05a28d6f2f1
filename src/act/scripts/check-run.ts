import { variableFor } from './description.ts';
import { isPlain } from './printable.ts';
import type { ScriptDescription, ScriptRun } from './script.ts';

/** A DNS subdomain, as Kubernetes demands of a node's name; it can be no option, no path and no shell word. */
const nodeName = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;

const longestID = 512;
const longestValue = 4_096;
const longestTogether = 64 * 1_024;

/** What forbids this run, or nothing. Looked at once more right before a process starts, whoever checked it before. */
export function refusal(run: ScriptRun, script: ScriptDescription): string | undefined {
  return action(run, script) ?? machine(run) ?? numbers(run) ?? values(run) ?? names(run, script);
}

function action(run: ScriptRun, script: ScriptDescription): string | undefined {
  if (script.actions.includes(run.action)) return undefined;
  const why = script.form === 'kube-fencing' ? ': it was written for kube-fencing and would reboot the node whatever it is asked' : '';
  return `${run.script} cannot ${run.action}, only ${script.actions.join(', ')}${why}`;
}

function machine({ node, machineID, action: asked }: ScriptRun): string | undefined {
  const about = asked === 'monitor' ? 'device' : 'machine';
  if (!nodeName.test(node) && !(about === 'device' && node === '')) return 'the name of the node is no DNS subdomain';
  if (machineID === '') return about === 'device' ? undefined : 'the machine id is empty';
  if (machineID.length > longestID) return `the machine id is longer than ${longestID} characters`;
  if (!isPlain(machineID)) return 'the machine id has control characters';
  return machineID.startsWith('-') ? 'the machine id begins with -, which a program would read as an option' : undefined;
}

function numbers({ attempt, timeout }: ScriptRun): string | undefined {
  if (!Number.isSafeInteger(attempt) || attempt < 0) return 'the attempt is no whole number';
  return Number.isFinite(timeout) && timeout > 0 ? undefined : 'the time limit is not above 0s';
}

function values({ parameters }: ScriptRun): string | undefined {
  let together = 0;
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value !== 'string' || !isPlain(value)) return `parameter ${name} is no text without control characters`;
    if (value.length > longestValue) return `parameter ${name} is longer than ${longestValue} characters`;
    together += value.length;
  }
  return together > longestTogether ? `the parameters are longer than ${longestTogether} characters together` : undefined;
}

function names({ parameters, script: name }: ScriptRun, { parameters: known }: ScriptDescription): string | undefined {
  const given = Object.keys(parameters);
  const odd = given.find((each) => !/^[A-Za-z][A-Za-z0-9_-]{0,62}$/u.test(each));
  if (odd !== undefined) return 'a parameter name is not made of letters, digits, - and _';
  if (new Set(given.map(variableFor)).size < given.length) return 'two parameters have the same name in capitals';
  if (known === undefined) return undefined;
  const stranger = given.find((each) => known.every((parameter) => parameter.name !== each));
  if (stranger !== undefined) return `${name} has no parameter ${stranger}, only ${known.map((parameter) => parameter.name).join(', ') || 'none'}`;
  const missing = known.find((parameter) => parameter.required && !given.includes(parameter.name));
  return missing === undefined ? undefined : `${name} needs the parameter ${missing.name}: ${missing.description}`;
}
