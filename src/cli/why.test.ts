import { expect, test } from 'vitest';
import { evenkeel } from '../../test/fakes/command-line.ts';
import { peopleWorld } from '../../test/fakes/people.ts';

test.each<[string[], string]>([
  [['shop/web-1', '--policy-config-file', 'p.yaml'], '"shop/web-1" is no node; did you mean: evenkeel why pod shop/web-1 --policy-config-file p.yaml'],
  [['shop/web-1'], '"shop/web-1" is no node; did you mean: evenkeel why pod shop/web-1 --policy-config-file FILE'],
  [['pods/shop/web-1'], '"pods/shop/web-1" is no node; did you mean: evenkeel why pod shop/web-1 --policy-config-file FILE'],
  [['web-1', '--policy-config-file', 'p.yaml'], '--policy-config-file is for pods; did you mean: evenkeel why pod NAMESPACE/web-1 --policy-config-file p.yaml'],
])('why %j has forgotten the word pod', async (argv, says) => {
  expect(await evenkeel(['why', ...argv])).toEqual({ code: 2, out: '', error: `${says}\n` });
});

test('a node that is not there ends with exit code 1, like a pod that is not there', async () => {
  const world = peopleWorld();
  world.node('n1', 'True');
  expect(await evenkeel(['why', 'n2'], { api: world.api })).toMatchObject({ code: 1, out: expect.stringContaining('n2: NoSuchNode') as string });
  expect(await evenkeel(['why', 'n1'], { api: world.api })).toMatchObject({ code: 0 });
});
