import { monitorEventLoopDelay } from 'node:perf_hooks';
import { connect } from '../../../src/kube/connect.ts';
import { collectionPath, resources } from '../../../src/kube/paths.ts';
import { parsePod } from '../../../src/kube/records/pod.ts';
import { reflector } from '../../../src/kube/reflector.ts';
import { sharing } from '../../../src/kube/sharing.ts';
import { realClock } from '../../../src/run/real-clock.ts';

/* Follows the pods of a cluster until the first list is complete, and prints what that took as JSON. */

const [kubeconfig = ''] = process.argv.slice(2);
const api = connect({ kubeconfig });
const delay = monitorEventLoopDelay({ resolution: 1 });
const stop = new AbortController();
const share = sharing();
const pods = reflector({ api, clock: realClock, path: collectionPath(resources.pods), parse: (object) => parsePod(object, share), keyOf: ({ namespace, name }) => `${namespace}/${name}`, versionOf: ({ resourceVersion }) => resourceVersion, uidOf: ({ uid }) => uid, random: Math.random });
delay.enable();
const begun = performance.now();
void pods.run(stop.signal);
await pods.whenSynced;
const seconds = (performance.now() - begun) / 1_000;
delay.disable();
stop.abort();
const { user, system } = process.cpuUsage();
process.stdout.write(JSON.stringify({ seconds, processor: (user + system) / 1_000_000, block: delay.max / 1_000_000, pods: pods.records.size, failures: pods.statistics.failures }));
await api.close();
