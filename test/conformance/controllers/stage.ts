import type { Api } from '../../../src/kube/api.ts';
import { type ObjectName, type Resource, collectionPath, objectPath, resources } from '../../../src/kube/paths.ts';
import type { Machine } from '../../../src/embedded/machines/machine.ts';
import { milliseconds, seconds } from '../../../src/model/time.ts';
import type { Ground } from './ground.ts';
import type { Recorder } from './recorder.ts';

/** Name of the namespace that every situation plays in. */
export const namespace = 'story';

/** What a situation may do. */
export class Stage {
  readonly #ground: Ground;
  readonly #recorder: Recorder;

  constructor(ground: Ground, recorder: Recorder) {
    this.#ground = ground;
    this.#recorder = recorder;
  }

  get api(): Api {
    return this.#ground.api;
  }

  machine(name: string): Machine {
    return this.#ground.machines.machine(name);
  }

  /** Something is done, and what comes of it is waited for. `slack`: how many seconds apart its changes may be on two grounds. */
  async step(title: string, slack: number, act: () => Promise<void> | void): Promise<void> {
    this.#recorder.begin(title, slack);
    await act();
  }

  sleep(count: number): Promise<void> {
    return this.#ground.sleep(seconds(count));
  }

  /** Waits until nothing has changed for so many seconds from now. */
  async quiet(count = 6): Promise<void> {
    const { clock } = this.#ground;
    const begun = clock.now().tick;
    await this.until(`nothing changes for ${count} s`, () => clock.now().tick - Math.max(begun, this.#recorder.lastChange) >= count * 1_000, 240);
  }

  async until(what: string, check: () => Promise<boolean> | boolean, limit = 120): Promise<void> {
    const { clock } = this.#ground;
    const begun = clock.now().tick;
    while (!(await check())) {
      if (clock.now().tick - begun > limit * 1_000) throw new Error(`Waited ${limit} s in vain: ${what}`);
      await this.#ground.sleep(milliseconds(250));
    }
  }

  create(resource: Resource, body: object): Promise<unknown> {
    return this.api.call({ verb: 'POST', path: collectionPath(resource, resource.namespaced ? namespace : undefined), body });
  }

  patch(resource: Resource, object: ObjectName, body: object): Promise<unknown> {
    return this.api.call({ verb: 'PATCH', path: objectPath(resource, object), body, patch: 'application/merge-patch+json' });
  }

  async delete(resource: Resource, object: ObjectName, options: object = {}): Promise<void> {
    await this.api.call({ verb: 'DELETE', path: objectPath(resource, object), body: { apiVersion: 'v1', kind: 'DeleteOptions', ...options } });
  }

  async get<T>(resource: Resource, object: ObjectName): Promise<T | undefined> {
    const { items } = await this.api.call<{ items: T[] }>({ verb: 'GET', path: collectionPath(resource, object.namespace), query: { fieldSelector: `metadata.name=${object.name}` } });
    return items[0];
  }

  /** Puts a taint on, or takes it off again. */
  async taint(node: string, taint: { readonly key: string; readonly effect: string; readonly value?: string }, action: 'add' | 'remove' = 'add'): Promise<void> {
    const live = await this.get<{ metadata: { resourceVersion: string }; spec: { taints?: { key: string; effect: string }[] } }>(resources.nodes, { name: node });
    const others = (live?.spec.taints ?? []).filter(({ key, effect }) => key !== taint.key || effect !== taint.effect);
    await this.patch(resources.nodes, { name: node }, { metadata: { resourceVersion: live?.metadata.resourceVersion }, spec: { taints: action === 'add' ? [...others, taint] : others } });
  }

  /** Nothing new is scheduled to it; with false, again. */
  async cordon(node: string, unschedulable = true): Promise<void> {
    await this.patch(resources.nodes, { name: node }, { spec: { unschedulable } });
  }

  async pods(): Promise<readonly PodView[]> {
    const { items } = await this.api.call<{ items: PodView[] }>({ verb: 'GET', path: collectionPath(resources.pods, namespace) });
    return items;
  }

  /** So many pods are Running and Ready. */
  async running(count: number): Promise<void> {
    await this.until(`${count} pods run`, async () => (await this.pods()).filter(isRunning).length === count);
  }
}

export interface PodView {
  readonly metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isRunning = ({ status, metadata }: PodView): boolean => metadata.deletionTimestamp === undefined && status?.phase === 'Running' && status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
