import { expect, test } from 'vitest';
import { aTaint } from '../../../test/builders/node.ts';
import { aPod } from '../../../test/builders/pod.ts';
import { tolerates } from './taints.ts';

const most = '9223372036854775807';
const least = '-9223372036854775808';

test.each<[string, 'Lt' | 'Gt', string, boolean]>([
  ['6', 'Gt', '5', true],
  ['5', 'Gt', '5', false],
  ['-6', 'Lt', '-5', true],
  [most, 'Gt', least, true],
  [least, 'Lt', most, true],
  ['9223372036854775808', 'Gt', '5', false],
  ['9999999999999999999', 'Gt', '5', false],
  ['5', 'Lt', '9999999999999999999', false],
  ['-9223372036854775809', 'Lt', '5', false],
  ['05', 'Gt', '1', false],
  ['+5', 'Gt', '1', false],
  ['-0', 'Lt', '1', false],
])('a taint of value %s, tolerated with %s %s: %s', (value, operator, wanted, tolerated) => {
  expect(tolerates(aPod({ tolerations: [{ key: 'k', operator, value: wanted }] }), aTaint({ key: 'k', value }))).toBe(tolerated);
});
