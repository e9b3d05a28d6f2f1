import { Command, Option } from 'commander';
import { readNode } from '../act/look.ts';
import { readConfigurationFile } from '../config/read.ts';
import { windowOf } from '../decide/fencing/guards.ts';
import type { WhyFacts, WhySettings } from '../decide/why/facts.ts';
import { why } from '../decide/why/verdict.ts';
import type { Api } from '../kube/api.ts';
import { objectPath, resources } from '../kube/paths.ts';
import { parseInstant } from '../kube/timestamps.ts';
import { parseSelector } from '../model/selector.ts';
import { type Instant, minutes } from '../model/time.ts';
import { Exit, type Io } from './io.ts';
import { leaderOf, pausedIn, unless } from './leads.ts';
import { namespaceOption } from './pausing.ts';
import { asPerson, exitCodes, fail, fencesOf, kubeconfigOption } from './person.ts';
import { printVerdict, verdictAsJson } from './why-print.ts';

interface WhyOptions {
  readonly config?: string;
  readonly namespace: string;
  readonly kubeconfig?: string;
  readonly output: 'text' | 'json';
}

const help = `
For an open fence the answer is the controller's own record. Without one it is judged from a live look, by the selector and the
threshold of --config, or by the defaults. Changes nothing.

Examples:
  evenkeel why worker-1
  evenkeel why worker-1 --config evenkeel.yaml -o json
${exitCodes}`;

export function whyCommand(io: Io): Command {
  return new Command('why')
    .summary('why is this node fenced, or not?')
    .description('Says which rule holds for this node, since when, what it waits for, and what would change it.')
    .argument('<node>', 'name of the node')
    .option('--config <file>', 'the configuration of the controller; default: the default selector and threshold')
    .option(...namespaceOption)
    .option(...kubeconfigOption)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText('after', help)
    .action((node: string, options: WhyOptions) => {
      const settings = settingsOf(options.config, io);
      return asPerson(io, options.kubeconfig, async (api) => {
        const verdict = why(await lookAt(api, node, { settings, namespace: options.namespace, io }));
        io.out(options.output === 'json' ? `${JSON.stringify(verdictAsJson(verdict), undefined, 2)}\n` : printVerdict(verdict, io.clock.now().wall));
      });
    });
}

function settingsOf(file: string | undefined, io: Io): WhySettings {
  if (file === undefined) {
    const read = parseSelector('fencing=enabled');
    if ('problem' in read) return fail(io, read.problem, 1);
    return { nodeSelector: read.selector, window: minutes(1), from: 'the default configuration (fencing=enabled, 1m): --config names yours' };
  }
  const read = readConfigurationFile(file);
  if ('configuration' in read) return { nodeSelector: read.configuration.fencing.nodeSelector, window: windowOf(read.configuration.fencing.triggers), from: file };
  for (const complaint of read.complaints) io.error(`${complaint.text}\n`);
  throw new Exit(2);
}

async function lookAt(api: Api, name: string, { settings, namespace, io }: { settings: WhySettings; namespace: string; io: Io }): Promise<WhyFacts> {
  const [node, readySince, fences, leader, paused] = await Promise.all([readNode({ api }, name), readySinceOf(api, name), fencesOf(api, name, io.stop), leaderOf(api, namespace, io.clock.now().wall), pausedIn(api, namespace)]);
  return { name, fences, leader, settings, now: io.clock.now().wall, ...(node === undefined ? {} : { node }), ...(readySince === undefined ? {} : { readySince }), ...(paused === undefined ? {} : { paused }) };
}

async function readySinceOf(api: Api, name: string): Promise<Instant | undefined> {
  const node = await unless(404, () => api.call<{ status?: { conditions?: readonly { type?: string; lastTransitionTime?: string }[] } }>({ verb: 'GET', path: objectPath(resources.nodes, { name }) }));
  return parseInstant(node?.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime);
}
