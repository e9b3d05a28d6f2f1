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
import { collect, nowOption, prometheusTokenOption, snapshotOption } from './plan-source.ts';
import { whyPodCommand, type WhyPodOptions } from './why-pod.ts';
import { printVerdict, verdictAsJson } from './why-print.ts';

interface WhyOptions extends WhyPodOptions {
  readonly config?: string;
  readonly namespace: string;
}

const help = `
why NODE: for an open fence the answer is the controller's own record. Without one it is judged from a live look, by the selector and the
threshold of --config, or by the defaults.

why pod NS/NAME: plays a dry run of the policy and says, strategy by strategy, which filter refused the pod or why the strategy
leaves it, which limit came first, or that it would be evicted; each with the figure that decided. Neither changes anything.

Examples:
  evenkeel why worker-1
  evenkeel why worker-1 --config evenkeel.yaml -o json
  evenkeel why pod shop/web-1 --policy-config-file policy.yaml
  evenkeel why pod shop/web-1 --policy-config-file policy.yaml --snapshot cluster.json
${exitCodes}`;

export function whyCommand(io: Io): Command {
  return new Command('why')
    .summary('why is this node fenced, or this pod evicted, or not?')
    .usage('[options] <node> | pod <namespace>/<name>')
    .description('Says which rule holds for a node, since when, what it waits for, and what would change it; or what a rebalance run would decide about a pod.')
    .argument('<node>', 'name of the node, or the word "pod"')
    .argument('[pod]', 'namespace/name of the pod')
    .option('--policy-config-file <file>', 'for a pod: the rebalancing policy')
    .option(snapshotOption[0], `for a pod: ${snapshotOption[1]}`, collect)
    .option(...nowOption)
    .option(prometheusTokenOption[0], `for a pod: ${prometheusTokenOption[1]}`)
    .option('--reference-defects', 'for a pod: with the known defects of descheduler v0.36.0')
    .option('--config <file>', 'for a node: the configuration of the controller; default: the default selector and threshold')
    .option(...namespaceOption)
    .option(...kubeconfigOption)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText('after', help)
    .action((node: string, named: string | undefined, options: WhyOptions) => {
      const pod = podIn(node, named);
      if (pod !== undefined) return whyPodCommand(pod, options, io);
      if (named !== undefined) return fail(io, `One node at a time: ${JSON.stringify(named)} is one word too many`, 2);
      const meant = podMeant(node, options.policyConfigFile);
      if (meant !== undefined) return fail(io, meant, 2);
      const settings = settingsOf(options.config, io);
      return asPerson(io, options.kubeconfig, async (api) => {
        const verdict = why(await lookAt(api, node, { settings, namespace: options.namespace, io }));
        io.out(options.output === 'json' ? `${JSON.stringify(verdictAsJson(verdict), undefined, 2)}\n` : printVerdict(verdict, io.clock.now().wall));
        if (verdict.verdict === 'NoSuchNode') throw new Exit(1);
      });
    });
}

/** `pod NS/NAME`, or the same in one word: `pod/NS/NAME`. A node may be called `pod`, too. */
function podIn(first: string, second: string | undefined): string | undefined {
  if (second !== undefined && (first === 'pod' || first === 'pods')) return second;
  return second === undefined && first.startsWith('pod/') ? first.slice('pod/'.length) : undefined;
}

/** What to write instead, for those who ask about a pod without saying so. No node has a slash in its name, and none goes by a policy. */
function podMeant(name: string, policyFile: string | undefined): string | undefined {
  if (!name.includes('/') && policyFile === undefined) return undefined;
  const pod = name.includes('/') ? name.replace(/^pods\//u, '') : `NAMESPACE/${name}`;
  const wrong = name.includes('/') ? `${JSON.stringify(name)} is no node` : '--policy-config-file is for pods';
  return `${wrong}; did you mean: evenkeel why pod ${pod} --policy-config-file ${policyFile ?? 'FILE'}`;
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
