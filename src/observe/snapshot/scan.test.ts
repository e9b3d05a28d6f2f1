import { describe, expect, test } from 'vitest';
import { ItemScanner } from './scan.ts';

/** Feeds a text in chunks of `size` bytes. */
function scan(text: string | Uint8Array, size = 1_000): { items: unknown[]; places: string[]; shell: unknown } {
  const items: unknown[] = [];
  const places: string[] = [];
  const scanner = new ItemScanner((item, place) => {
    items.push(item);
    places.push(place);
  });
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += size) scanner.feed(bytes.subarray(at, at + size));
  return { shell: scanner.end(), items, places };
}

const tricky = '{\n "apiVersion": "v1", "kind": "List",\n "metadata": {"x": [1, {"items": [2]}], "y": "\\"items\\": [", "ü": "𝄞"},\n "items": [\n  {"a": "}]{[,\\\\\\" ü 𝄞", "b": [{}, []]},\n  {}\n , {"items": [{"c": 1}]} ],\n "takenAt": "now", "by": "Jürgen 𝄞"\n}\n';

describe('a list of objects', () => {
  test.each([1, 2, 3, 7, 1_000])('is read the same in chunks of %i bytes', (size) => {
    const { items, places, shell } = scan(tricky, size);
    expect(items).toEqual([{ a: '}]{[,\\" ü 𝄞', b: [{}, []] }, {}, { items: [{ c: 1 }] }]);
    expect(places).toEqual(['line 5, item 1', 'line 6, item 2', 'line 7, item 3']);
    expect(shell).toMatchObject({ kind: 'List', items: [], takenAt: 'now', by: 'Jürgen 𝄞', metadata: { y: '"items": [', ü: '𝄞' } });
  });

  test('may be empty, and may begin with a byte order mark', () => {
    expect(scan('{"items":[]}').items).toEqual([]);
    expect(scan('\uFEFF{"items":[{}]}').items).toEqual([{}]);
    expect(scan('\uFEFF{"items":[{}]}', 1).items).toEqual([{}]);
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /^it is empty$/u],
    ['YAML', 'apiVersion: v1\nkind: List\nitems: [{}]\n', /line 1: it is not JSON; write it with evenkeel snapshot, or with kubectl get … -o json/u],
    ['cut off in an item', '{"items":[{},\n{"a":', /in the middle of item 2, which begins at line 2: the file is cut off/u],
    ['cut off after an item', '{"items":[{}', /ends at line 1 before the document does/u],
    ['a broken item', '{"items":[\n{"a":1},\n{"a":oops}]}', /^line 3, item 2: it is not valid JSON: .*/u],
    ['brackets that do not match', '{"items":[{"a":]}]}', /^line 1/u],
    ['a missing comma', '{"items":[{}\n{}]}', /^line 2: after item 1 an object was expected, or the end of the list/u],
    ['one comma too many', '{"items":[{},]}', /^line 1: after item 1 an object was expected/u],
    ['a number among objects', '{"items":[7]}', /^line 1: after item 0 an object was expected/u],
    ['one object, not a list', '{"kind":"Pod"}', /no list "items" at its top/u],
    ['a list at the top', '[{"items":[]}]', /no list "items" at its top/u],
    ['something else that is large', `{"a":"${'x'.repeat(1_100_000)}"`, /goes on and on/u],
    ['two documents', '{"items":[]}\n{"items":[]}', /^line 2: there is more after the end/u],
    ['a broken rest', '{"items":[],,}', /it is not valid JSON/u],
    ['closing too much', '}', /closes what was never opened/u],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0]), /UTF-16 text; save it as UTF-8/u],
    ['bytes that are no UTF-8', new Uint8Array([...new TextEncoder().encode('{"items":[{"a":"'), 0xc3, 0x28, ...new TextEncoder().encode('"}]}')]), /^line 1, item 1: it is not UTF-8 text/u],
    ['half a character outside the items', new Uint8Array([...new TextEncoder().encode('{"items":[],"a":"'), 0xc3, ...new TextEncoder().encode('"}')]), /^line 1: it is not UTF-8 text/u],
  ])('%s is refused with the place', (_, text, says) => {
    expect(() => scan(text)).toThrow(says);
    expect(() => scan(text, 1_000_000)).toThrow(says);
  });
});
