import { Command, Option } from 'commander';
import type { Api } from '../kube/api.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { parseNode } from '../kube/records/node.ts';
import { parseNodeFence } from '../kube/records/nodefence.ts';
import type { NodeRecord } from '../model/cluster.ts';
import { isClosed, type NodeFence } from '../model/nodefence.ts';
import { type Instant, between, formatDuration, parseRfc3339 } from '../model/time.ts';
import type { LeaderFact } from '../decide/why/facts.ts';
import { pauseNote } from '../decide/fencing/guards.ts';
import type { Paused } from '../model/snapshot.ts';
import type { Io } from './io.ts';
import { leaderOf, pausedIn } from './leads.ts';
import { namespaceOption } from './pausing.ts';
import { openOrFail } from './person.ts';
import { table } from './table.ts';

interface StatusOptions {
  readonly kubeconfig?: string;
  readonly namespace: string;
  readonly output: 'table' | 'json';
}

export function statusCommand(io: Io): Command {
  return new Command('status')
    .summary('show the nodes that are down and every open fence')
    .description('Shows the nodes that are not Ready or have a fence, with its phase, its proof and the reason why it is where it is; then who leads, and whether evenkeel is paused.')
    .option('--kubeconfig <file>', 'kubeconfig to use; default: in-cluster, $KUBECONFIG, ~/.kube/config')
    .option(...namespaceOption)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'))
    .action(async (options: StatusOptions) => {
      const api = openOrFail(io, options.kubeconfig);
      try {
        io.out(await status(api, io.clock.now().wall, options));
      } finally {
        await api.close();
      }
    });
}

/** What the command prints. */
export async function status(api: Api, now: Instant, { namespace, output }: Pick<StatusOptions, 'namespace' | 'output'>): Promise<string> {
  const rows = await statusOf(api, now);
  if (output === 'json') return `${JSON.stringify(rows, undefined, 2)}\n`;
  return `${asTable(rows)}${inCharge(await leaderOf(api, namespace, now), await pausedIn(api, namespace))}`;
}

interface Row {
  readonly node: string;
  readonly ready: string;
  readonly fence: string;
  readonly phase: string;
  readonly evidence: string;
  readonly reason: string;
  readonly age: string;
  readonly message: string;
}

async function statusOf(api: Api, now: Instant): Promise<Row[]> {
  const nodes = (await listAll(api, collectionPath(resources.nodes))).map((item) => parseNode(item));
  const fences = (await listAll(api, collectionPath(resources.nodefences))).map((item) => parseNodeFence(item));
  const open = fences.filter(({ status }) => status === undefined || !isClosed(status.phase));
  const named = new Set(open.map(({ spec }) => spec.nodeName));
  const down = nodes.filter(({ name, ready }) => ready !== 'True' && !named.has(name));
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return [...open.map((fence) => rowOf(fence, byName.get(fence.spec.nodeName), now)), ...down.map((node) => unfenced(node))].sort((one, other) => one.node.localeCompare(other.node));
}

async function listAll(api: Api, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let next = '';
  do {
    const page: { items?: unknown[]; metadata?: { continue?: string } } = await api.call({ verb: 'GET', path, query: { limit: 500, continue: next === '' ? undefined : next } });
    items.push(...(page.items ?? []));
    next = page.metadata?.continue ?? '';
  } while (next !== '');
  return items;
}

function rowOf({ metadata, spec, status }: NodeFence, node: NodeRecord | undefined, now: Instant): Row {
  const created = parseRfc3339(metadata.creationTimestamp);
  return {
    node: spec.nodeName,
    ready: node?.ready ?? 'gone',
    fence: metadata.name,
    phase: status?.phase ?? 'New',
    evidence: status?.evidence.class ?? 'none',
    reason: status?.reason ?? '',
    age: created === undefined ? '' : formatDuration(between(created, now)),
    message: status?.message ?? '',
  };
}

const unfenced = (node: NodeRecord): Row => ({ node: node.name, ready: node.ready ?? 'unknown', fence: '', phase: '', evidence: '', reason: 'NoFence', age: '', message: 'not past its threshold, or not selected by fencing.nodeSelector' });

function asTable(rows: readonly Row[]): string {
  if (rows.length === 0) return 'Every node is Ready and no fence is open.\n';
  return table(['NODE', 'READY', 'PHASE', 'EVIDENCE', 'REASON', 'AGE', 'WHY'], rows.map(({ node, ready, phase, evidence, reason, age, message }) => [node, ready, phase, evidence, reason, age, message.slice(0, 100)]));
}

/** One line each, as much as the asker may see: a table of held fences means little when nobody leads. */
function inCharge(leader: LeaderFact, paused: Paused | undefined): string {
  const lines: string[] = [];
  if (leader.kind === 'leads') lines.push(`${leader.holder} leads.`);
  if (leader.kind === 'nobody') lines.push('Nobody leads: nothing moves.');
  if (leader.kind === 'silent') lines.push(`${leader.holder} has not renewed its Lease for ${formatDuration(leader.for)}: nothing moves.`);
  if (paused !== undefined) lines.push(`${pauseNote(paused)}: nothing new is begun.`);
  return lines.map((line) => `${line}\n`).join('');
}
