import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Api } from '../../src/kube/api.ts';
import { collectionPath, resources } from '../../src/kube/paths.ts';
import type { NodeFence } from '../../src/model/nodefence.ts';
import { pass } from './until.ts';
import type { StartWorld, World } from './world.ts';

/** How a story ended, as far as every cluster that it is told on has to agree. Nodes have names by their part in it. */
export interface Ending {
  /** Each fence: what was done, in order, and what it ended with. */
  readonly fences: readonly { readonly node: string; readonly steps: readonly string[]; readonly phase: string; readonly evidence: string }[];
  /** Reasons of our Events about each node that was fenced, in order. */
  readonly events: Readonly<Record<string, readonly string[]>>;
  readonly taints: readonly string[];
  /** Of a StatefulSet by name; of other owners how many run on each node. */
  readonly pods: readonly string[];
  readonly attachments: readonly string[];
}

/**
 * Starts the world of a story whose ending is compared with the one in `test/stories/endings/`, when it stops. The file was
 * written by the real control plane, with EVENKEEL_RECORD=1: whoever else tells the story must end the same way.
 */
export const withEnding = <Start extends StartWorld>(story: string, start: Start): StartWorld => async (options) => {
  const world = await start(options);
  return {
    ...world,
    async stop() {
      try {
        compare(story, await endingOf(world));
      } finally {
        await world.stop();
      }
    },
  };
};

function compare(story: string, ending: Ending): void {
  const file = join(import.meta.dirname, 'endings', `${story}.json`);
  if (process.env['EVENKEEL_RECORD'] !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(ending, undefined, 1)}\n`);
    return;
  }
  if (!existsSync(file)) throw new Error(`There is no ending of the story ${story}: record it on the real control plane with EVENKEEL_RECORD=1`);
  expect(ending).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}

/** Events are written behind what they tell of: they get this long to come. */
const toCome = 2_000;

export async function endingOf(world: World): Promise<Ending> {
  await pass(toCome);
  const fences = (await world.fences()).toSorted((one, other) => order(one).localeCompare(order(other)));
  const names = [...new Set(fences.map(({ spec }) => spec.nodeName))];
  const part = (node: string): string => (names.includes(node) ? `fenced ${names.indexOf(node) + 1}` : 'another');
  return {
    fences: fences.map(({ spec, status }) => ({ node: part(spec.nodeName), steps: once(status?.timeline.map(({ step }) => step) ?? []), phase: status?.phase ?? '', evidence: status?.evidence.class ?? '' })),
    events: Object.fromEntries(await Promise.all(names.map(async (name) => [part(name), await reasons(world.admin, name)] as const))),
    taints: await taintsOf(world.admin, part),
    pods: await podsOf(world.admin, part),
    attachments: await attachmentsOf(world.admin, part),
  };
}

/** Whether a node that is held is held again for another reason depends on which of two watches speaks first. */
const once = (words: readonly string[]): string[] => words.filter((word, index) => word !== words[index - 1]);

const order = ({ metadata, spec }: NodeFence): string => `${metadata.creationTimestamp} ${spec.nodeName} ${spec.attempt}`;

interface Item {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[] };
}

const list = async <T>(admin: Api, path: string): Promise<readonly (Item & T)[]> => (await admin.call<{ items: readonly (Item & T)[] }>({ verb: 'GET', path })).items;

async function reasons(admin: Api, node: string): Promise<string[]> {
  const events = await list<{ reason: string; eventTime?: string; reportingComponent?: string; involvedObject: { name: string } }>(admin, collectionPath(resources.events));
  const ours = events.filter(({ involvedObject, reportingComponent }) => involvedObject.name === node && reportingComponent === 'evenkeel.dev/controller');
  return once(ours.toSorted((one, other) => `${one.eventTime} ${one.metadata.name}`.localeCompare(`${other.eventTime} ${other.metadata.name}`)).map(({ reason }) => reason));
}

async function taintsOf(admin: Api, part: (node: string) => string): Promise<Ending['taints']> {
  const nodes = await list<{ spec: { taints?: readonly { key: string; effect: string }[] } }>(admin, collectionPath(resources.nodes));
  return nodes.flatMap(({ metadata, spec }) => (spec.taints ?? []).map(({ key, effect }) => `${part(metadata.name)}: ${key}:${effect}`)).toSorted();
}

async function podsOf(admin: Api, part: (node: string) => string): Promise<string[]> {
  const pods = await list<{ spec: { nodeName?: string }; status?: { conditions?: readonly { type: string; status: string }[] } }>(admin, collectionPath(resources.pods));
  const lines = pods.map(({ metadata, spec, status }) => {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
    const who = owner === undefined || owner.kind === 'StatefulSet' || owner.kind === 'Node' ? metadata.name.replace(/worker-\d+/u, part) : `${owner.kind} ${owner.name.replace(/-[a-z0-9]+$/u, '')}`;
    const ready = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
    return `${metadata.namespace}/${who} ${ready ? 'runs' : 'does not run'} on ${part(spec.nodeName ?? '')}`;
  });
  return lines.toSorted();
}

async function attachmentsOf(admin: Api, part: (node: string) => string): Promise<string[]> {
  const volumes = await list<{ spec: { claimRef?: { namespace: string; name: string } } }>(admin, collectionPath(resources.persistentvolumes));
  const claims = new Map(volumes.map(({ metadata, spec }) => [metadata.name, `${spec.claimRef?.namespace}/${spec.claimRef?.name}`]));
  const attachments = await list<{ spec: { nodeName: string; source: { persistentVolumeName: string } }; status?: { attached?: boolean } }>(admin, collectionPath(resources.volumeattachments));
  return attachments.map(({ spec, status }) => `${claims.get(spec.source.persistentVolumeName)} ${status?.attached === true ? 'is attached to' : 'is being attached to'} ${part(spec.nodeName)}`).toSorted();
}
