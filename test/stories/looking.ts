import type { Machine } from '../../src/embedded/machines/machine.ts';
import { fencingTaint, type NodeFence, type Phase } from '../../src/model/nodefence.ts';
import { until } from './until.ts';
import type { AuditedRequest, Controller, World } from './world.ts';

/** Waits until some fence of the node is in this phase; of several the one of the last attempt. */
export const fenceIn = (world: World, node: string, phase: Phase, limit?: number): Promise<NodeFence> =>
  until(`a fence of ${node} is in ${phase}`, async () => (await world.fences(node)).toSorted((one, other) => other.spec.attempt - one.spec.attempt).find(({ status }) => status?.phase === phase), limit);

/** Waits until the node is held by this guard. */
export const heldBy = (world: World, node: string, guard: string, limit?: number): Promise<NodeFence> =>
  until(`${node} is held by ${guard}`, async () => (await world.fences(node)).find(({ status }) => status?.phase === 'Held' && status.reason === guard), limit);

/** Waits for an Event about the node, and gives its note. */
export const told = (world: World, node: string, reason: string, about = ''): Promise<string> =>
  until(`an Event ${reason} of ${node} about ${about}`, async () => (await world.events(node)).findLast((event) => event.reason === reason && event.note.includes(about))?.note, 20_000);

/** Lets a machine boot, by its button or because power is back, until it runs. */
export async function boot(machine: Machine, how: 'powerOn' | 'hardReset'): Promise<void> {
  void machine[how]();
  await until(`${machine.name} runs`, () => machine.power === 'on');
}

export const ready = (world: World, node: string): Promise<boolean> => until(`${node} is Ready`, async () => (await world.node(node)).ready === 'True');

/** The value of one sample in the controller's own metrics: `evenkeel_fence_held{node="a",reason="Blind"}`. */
export async function sample(controller: Controller, name: string): Promise<number | undefined> {
  const line = (await controller.metrics()).split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

/** Starts a controller and waits until it leads. */
export async function leading(starting: Promise<Controller>): Promise<Controller> {
  const controller = await starting;
  let over: number | string | undefined;
  void controller.ended.then((code) => (over = code));
  await until('the controller leads', () => controller.leads() || over !== undefined);
  if (over !== undefined) throw new Error(`The controller ended with ${over} before it led:\n${controller.raw().slice(-2_000)}`);
  return controller;
}

/** Writes of ours that tell the pods of a node to end. */
export const noExecutes = (audit: readonly AuditedRequest[]): AuditedRequest[] =>
  audit.filter(({ user, object, code, requestObject }) => {
    const { spec } = (requestObject ?? {}) as { spec?: { taints?: readonly { key: string; effect: string }[] } };
    return user === 'system:serviceaccount:evenkeel-system:evenkeel' && object.resource === 'nodes' && code < 400 && spec?.taints?.some(({ key, effect }) => key === fencingTaint && effect === 'NoExecute') === true;
  });
