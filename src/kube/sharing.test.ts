import { expect, test } from 'vitest';
import { sharing } from './sharing.ts';

test('equal values become one', () => {
  const share = sharing();
  expect(share({ a: '1' })).toBe(share({ a: '1' }));
  expect(share(['x'])).toBe(share(['x']));
  expect(share({ a: '1' })).not.toBe(share({ a: '2' }));
  expect(share(undefined)).toBeUndefined();
  expect([share('text'), share(5), share(null)]).toEqual(['text', 5, null]);
});

test('the table is bounded: it starts anew when it is full', () => {
  const share = sharing({ entries: 2, length: 100 });
  const first = share({ a: '1' });
  share({ a: '2' });
  share({ a: '3' });
  expect(share({ a: '1' })).not.toBe(first);
});

test('what is too long is not remembered', () => {
  const share = sharing({ entries: 10, length: 10 });
  const long = { label: 'x'.repeat(20) };
  expect(share(long)).toBe(long);
  expect(share({ ...long })).not.toBe(long);
  expect(Object.isFrozen(long)).toBe(false);
});
