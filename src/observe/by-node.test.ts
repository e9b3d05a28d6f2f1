import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byNode } from './by-node.ts';

interface Thing {
  readonly name: string;
  readonly node: string;
}

const names = (things: Iterable<Thing>): string[] => [...things].map(({ name }) => name).toSorted((one, other) => one.localeCompare(other));

describe('objects by node', () => {
  test('are found on their node and nowhere else', () => {
    const index = byNode<Thing>(({ node }) => node);
    index.change('a', { name: 'a', node: 'n1' }, undefined);
    index.change('b', { name: 'b', node: '' }, undefined);
    expect([names(index.on('n1')), names(index.on('')), names(index.on('n2'))]).toEqual([['a'], [], []]);
  });

  test('after any story are those that are there', () => {
    const change = fc.record({ name: fc.constantFrom('a', 'b', 'c'), node: fc.option(fc.constantFrom('', 'n1', 'n2'), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (story) => {
        const index = byNode<Thing>(({ node }) => node);
        const there = new Map<string, Thing>();
        for (const { name, node } of story) {
          const now = node === undefined ? undefined : { name, node };
          index.change(name, now, there.get(name));
          if (now === undefined) there.delete(name);
          else there.set(name, now);
        }
        for (const node of ['n1', 'n2']) expect(names(index.on(node))).toEqual(names([...there.values()].filter((each) => each.node === node)));
      }),
    );
  });
});
