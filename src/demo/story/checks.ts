import { findCorruption } from '../../embedded/machines/two-writers.ts';
import { ourTaintsOf } from '../objects.ts';
import { nodesOf, type Seen } from './stage.ts';

/*
 * What is looked at when a story has ended: each says what should not be so, in words, and nothing when all is well.
 */

/** Every power command that the device received, in order, such as `off worker-1`. */
export function wrongCommands({ cluster: { machines } }: Seen, expected: readonly string[]): string[] {
  const sent = machines.all.flatMap(({ name }) => machines.device.powerCommands(name).map(({ command }) => `${command} ${name}`));
  const inWords = (commands: readonly string[]): string => commands.join(', ') || 'nothing';
  return inWords(sent) === inWords(expected) ? [] : [`the fence device was told ${inWords(sent)} instead of ${inWords(expected)}`];
}

export const corruption = ({ cluster }: Seen): string[] => [...findCorruption(cluster.machines.disks)].flatMap(([disk, found]) => found.map(({ kind, says }) => `${disk}: ${kind}: ${says}`));

export const taintsLeft = (stage: Seen): string[] => nodesOf(stage).flatMap((node) => ourTaintsOf(node).map((taint) => `${node.metadata.name} still has the taint ${taint}`));
