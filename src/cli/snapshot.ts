import { Command, Option } from 'commander';
import type { Api } from '../kube/api.ts';
import { type SnapshotSink, type TakenSnapshot, takeSnapshot } from '../observe/snapshot/take.ts';
import type { Io } from './io.ts';
import { asPerson, exitCodes, kubeconfigOption, Refused } from './person.ts';
import { writeSnapshotFile } from './snapshot-file.ts';

const help = `
It holds nodes, pods, poddisruptionbudgets, namespaces, persistentvolumeclaims and priorityclasses, of each object only the
fields that rebalancing reads. What may hold secrets is left out: environment, commands and arguments of containers, messages,
Secrets and ConfigMaps, and every annotation but those of the descheduler and of static pods. Names, labels, owners, images and
requests are in it. Usage as metrics-server or Prometheus measures it is not.

Examples:
  evenkeel snapshot -f cluster.json
  evenkeel rebalance --policy-config-file policy.yaml --snapshot cluster.json
  evenkeel why pod shop/web-1 --policy-config-file policy.yaml --snapshot cluster.json
${exitCodes}`;

interface Given {
  readonly file?: string;
  readonly output?: string;
  readonly kubeconfig?: string;
}

export function snapshotCommand(io: Io): Command {
  return new Command('snapshot')
    .summary('save what a rebalance run reads of the cluster')
    .description('Writes one JSON document, object by object, that rebalance and why pod take in place of the cluster (--snapshot). Changes nothing.')
    .option('-f, --file <file>', 'where to, a regular file or a new one; default, or -: standard output, which large clusters fill slowly')
    .addOption(new Option('-o, --output <file>', 'the same as --file').hideHelp())
    .option(...kubeconfigOption)
    .addHelpText('after', help)
    .action(({ file, output, kubeconfig }: Given) =>
      asPerson(io, kubeconfig, async (api) => {
        const path = file ?? output ?? '-';
        const { counts, warnings } = path === '-' ? await fill(api, io, toStandardOutput(io)) : await toFile(path, (sink) => fill(api, io, sink));
        for (const warning of warnings) io.error(`${warning}\n`);
        io.error(`${path === '-' ? 'Wrote' : `${path}:`} ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}\n`);
      }),
    );
}

const fill = (api: Api, io: Io, sink: SnapshotSink): Promise<TakenSnapshot> => takeSnapshot(api, sink, io.clock.now().wall, io.stop);

function toStandardOutput(io: Io): SnapshotSink {
  let length = 0;
  return {
    write(text) {
      length += text.length;
      io.out(text);
    },
    mark() {
      const kept = length;
      return () => {
        if (length > kept) throw new Refused('A list broke off in the middle, and what was printed cannot be taken back: try again, with -f FILE');
      };
    },
  };
}

async function toFile(path: string, write: (sink: SnapshotSink) => Promise<TakenSnapshot>): Promise<TakenSnapshot> {
  try {
    return await writeSnapshotFile(path, write);
  } catch (error) {
    const { code, syscall } = error as { code?: string; syscall?: string };
    if (code === undefined || syscall === undefined) throw error;
    throw new Refused(`${path} cannot be written: ${code}`);
  }
}
