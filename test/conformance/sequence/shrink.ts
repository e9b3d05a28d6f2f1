import type { Operation } from './operation.ts';
import { type Difference, type Pair, type PlayOptions, type Source, play } from './play.ts';
import { signatureOf } from './signature.ts';

/** The shortest sequence, as far as leaving out parts finds it, that still shows this difference. */
export async function shrink(pair: Pair, operations: readonly Operation[], { difference, options, tag }: { difference: Difference; options: PlayOptions; tag: () => string }): Promise<readonly Operation[]> {
  const wanted = signatureOf(difference);
  const stillDiffers = async (candidate: readonly Operation[]): Promise<boolean> => {
    const { differences } = await play(pair, replay(candidate), { ...options, tag: tag() });
    return differences.some((each) => signatureOf(each) === wanted);
  };
  const last = operations.findIndex(({ id }) => id === difference.operation.id);
  let current = difference.what.startsWith('watch event') ? operations : operations.slice(0, last + 1);
  if (!(await stillDiffers(current))) return operations;
  for (let size = Math.ceil(current.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < current.length; ) {
      const candidate = [...current.slice(0, start), ...current.slice(start + size)];
      if (candidate.length > 0 && (await stillDiffers(candidate))) current = candidate;
      else start += size;
    }
  }
  return current;
}

/** The operations of a sequence that was written before. */
export function replay(operations: readonly Operation[]): Source {
  const left = [...operations];
  return () => left.shift();
}
