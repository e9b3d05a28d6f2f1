import { readDescription } from './description.ts';
import { findScript } from './find.ts';
import type { ScriptDescription, ScriptProblem } from './script.ts';

/** What `name` stands for now in `directories`, the first of them that has it. */
export function describeScript(name: string, directories: readonly string[]): ScriptDescription | ScriptProblem {
  const found = findScript(name, directories);
  if (found.kind === 'problem') return { kind: 'problem', name, problem: found.problem };
  if (found.description === undefined) return kubeFencing(name, found.path);
  const read = readDescription(found.description);
  if ('problem' in read) return { kind: 'problem', name, problem: read.problem };
  return { kind: 'script', form: 'folder', name, path: found.path, ...read };
}

/** A bare script was written for kube-fencing: it takes a node's name and reboots it, whatever else it is told. */
const kubeFencing = (name: string, path: string): ScriptDescription => ({
  kind: 'script',
  form: 'kube-fencing',
  name,
  path,
  summary: 'A script written for kube-fencing: reboots the node that $1 names',
  actions: ['reboot'],
  parameters: undefined,
  verifies: false,
});
