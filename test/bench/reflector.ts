import { join } from 'node:path';
import type { Api } from '../../src/kube/api.ts';
import { listPages } from '../../src/kube/reflector-list.ts';
import { grow, type Size, startEmpty } from './large/cluster.ts';
import { measure } from './large/measure.ts';

/*
 * What it costs to follow the pods of a large cluster until the first list is complete: the reflector alone, in a process of its
 * own, against a real API server.
 *
 *   npm run bench:reflector [-- --nodes 5000 --pods 150000] [-- --rounds N]
 */

const option = (name: string, usual: number): number => Number(process.argv[process.argv.indexOf(name) + 1] ?? Number.NaN) || usual;
const size: Size = { nodes: option('--nodes', 1_000), pods: option('--pods', 30_000) };
const rounds = option('--rounds', 3);

export async function followPods(kubeconfig: string): Promise<string> {
  const { stdout, stderr, memory, code } = await measure(process.execPath, [join(import.meta.dirname, 'large/follow.ts'), kubeconfig], 300);
  if (code !== 0) throw new Error(`the reflector ended with ${code}: ${stderr}`);
  const { seconds, processor, block, pods, failures } = JSON.parse(stdout) as Record<'seconds' | 'processor' | 'block' | 'pods' | 'failures', number>;
  return `${pods} pods in ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of the processor, peak memory ${memory.toFixed(0)} MiB, longest block of the event loop ${block.toFixed(0)} ms, ${failures} failures`;
}

/** As the server sends them, in megabytes. */
export async function megabytesOfPods(api: Api): Promise<number> {
  let bytes = 0;
  await listPages(api, { path: '/api/v1/pods', query: {} }, (items) => {
    for (const item of items) bytes += JSON.stringify(item).length;
  }, new AbortController().signal);
  return bytes / 1_000_000;
}

if (import.meta.main) {
  const plane = await startEmpty();
  try {
    await grow(plane.api(), { nodes: 0, pods: 0 }, size, (line) => void process.stderr.write(`${line}\n`));
    process.stdout.write(`${(await megabytesOfPods(plane.api())).toFixed(0)} MB of pods as JSON\n`);
    for (let round = 1; round <= rounds; round += 1) process.stdout.write(`${await followPods(plane.kubeconfig())}\n`);
  } finally {
    await plane.stop();
  }
}
