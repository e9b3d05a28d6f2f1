import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Api, ApiError } from '../../../../kube/api.ts';
import { collectionPath, objectPath } from '../../../../kube/paths.ts';
import type { Kind } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { same } from '../same.ts';
import { builtInKinds, builtInResources, customKind } from '../index.ts';
import { type Answer, type Answers, ageless, madeOf, refusalOf } from './answer.ts';
import type { Case } from './case.ts';
import { definition } from './cases/custom.ts';
import { cases } from './cases/index.ts';
import { contextOf, keep, play } from './ours.ts';

/*
 * Each case was played on a real API server, and its answers recorded. After a change of the cases, record again (needs the
 * control plane, and adds a minute): RECORD_KINDS=1 npx vitest run src/embedded/api-server/kinds/recorded
 */
const file = join(import.meta.dirname, 'answers.json');
const keyOf = ({ resource, title }: Case): string => `${resource.plural}: ${title}`;

describe('the kinds answer as Kubernetes v1.36.3 did', () => {
  let recorded: Readonly<Record<string, Answers>>;
  const kinds = new Map<string, Kind>();
  const made = new Map<string, KubeObject[]>();

  beforeAll(async () => {
    if (process.env['RECORD_KINDS'] !== undefined) await record();
    recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Answers>;
    for (const kind of [...builtInKinds(), ...customKind(keep(definition))]) kinds.set(kind.resource.plural, kind);
    made.set('priorityclasses', [keep({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'system-node-critical' }, value: 2_000_001_000, preemptionPolicy: 'PreemptLowerPriority' })]);
  }, 180_000);

  it.each(cases.map((each) => [keyOf(each), each] as const))('%s', (key, each) => {
    const kind = kinds.get(each.resource.plural);
    if (kind === undefined) throw new Error(`There is no kind ${each.resource.plural}`);
    const answers = play(kind, each, (plural) => made.get(plural) ?? []);
    const { plural } = each.resource;
    if ('object' in answers.created) made.set(plural, [...(made.get(plural) ?? []), keep(each.body)]);
    expect(plain(answers)).toEqual(recorded[key]);
  });

  it('finds no difference in an object that comes back as it was', () => {
    const differing = cases.flatMap((each) => {
      const created = recorded[keyOf(each)]?.created;
      const kind = kinds.get(each.resource.plural);
      if (created === undefined || !('object' in created) || kind === undefined) return [];
      const { metadata } = keep(each.body);
      const current = { ...(created.object as KubeObject), metadata: { ...metadata, ...(created.object as KubeObject).metadata } };
      const updated = kind.prepareUpdate(structuredClone(current), current, undefined, contextOf(() => []));
      return same(plain(updated), current) ? [] : [{ key: keyOf(each), current, updated }];
    });
    expect(differing).toEqual([]);
  });

  it('has no answer that belongs to no case', () => {
    expect(Object.keys(recorded).sort()).toEqual(cases.map(keyOf).sort());
  });
});

/** As it reads after it was written: without what is undefined. */
const plain = (answers: unknown): unknown => JSON.parse(JSON.stringify(answers)) as unknown;

async function record(): Promise<void> {
  const { startControlPlane } = await import('../../../../../test/control-plane/control-plane.ts');
  const plane = await startControlPlane({ controllers: ['serviceaccount-controller'] });
  try {
    await plane.stop('kube-scheduler');
    const api = plane.api();
    await api.call({ verb: 'POST', path: collectionPath(builtInResources.customresourcedefinitions), body: definition });
    await servesThings(api);
    const answers: Record<string, Answers> = {};
    const table = tables(plane.server, plane.kubeconfig());
    for (const each of cases) answers[keyOf(each)] = await ask(api, table, each);
    writeFileSync(file, `{\n${Object.entries(answers).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}\n`);
  } finally {
    await plane.stop();
  }
}

async function servesThings(api: Api): Promise<void> {
  for (;;) {
    const answer = await api.call({ verb: 'GET', path: '/apis/example.com/v1/namespaces/default/things' }).then(() => true, () => false);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

type Made = Record<string, unknown> & { metadata: { uid: string } };

type Table = (path: string) => Promise<Pick<Answers, 'columns' | 'cells'>>;

async function ask(api: Api, table: Table, { resource, body, changes }: Case): Promise<Answers> {
  const first = await answerOf(201, undefined, api.call<Made>({ verb: 'POST', path: collectionPath(resource, body.metadata.namespace), body }));
  if (first.made === undefined) return { created: first.answer, changed: [] };
  const { namespace, name } = body.metadata;
  const path = (part: 'object' | 'status'): string => objectPath(resource, { name, ...(namespace === undefined ? {} : { namespace }) }, part === 'status' ? 'status' : undefined);
  const answers: Answer[] = [];
  for (const [part, patch] of changes) {
    const next = await answerOf(200, first.made.metadata.uid, api.call<Made>({ verb: 'PATCH', path: path(part), patch: 'application/merge-patch+json', body: patch }));
    answers.push(next.answer);
  }
  return { created: first.answer, changed: answers, ...(await table(path('object'))) };
}

async function answerOf(code: number, uid: string | undefined, call: Promise<Made>): Promise<{ answer: Answer; made: Made | undefined }> {
  try {
    const made = await call;
    return { answer: madeOf(code, made), made };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { causes = [] } = (error.details as { details?: { causes?: readonly Cause[] } }).details ?? {};
    return { answer: refusalOf(error.status, error.reason, error.status === 422 ? causes : [], uid), made: undefined };
  }
}

/** What kubectl asks for when it prints rows. */
function tables(server: string, kubeconfig: string): Table {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as { clusters: { cluster: { 'certificate-authority-data': string } }[]; users: { user: { token: string } }[] };
  const dispatcher = new Agent({ connect: { ca: Buffer.from(config.clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64') } });
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io', authorization: `Bearer ${config.users[0]?.user.token}` };
  return async (path) => {
    const answer = await request(`${server}${path}`, { dispatcher, headers });
    const body = (await answer.body.json()) as { columnDefinitions: { name: string; type: string; format: string; priority: number }[]; rows: { cells: unknown[] }[] };
    return { columns: body.columnDefinitions.map(({ name, type, format, priority }) => [name, type, format, priority]), cells: ageless(body.rows[0]?.cells ?? []) };
  };
}
