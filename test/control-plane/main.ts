import { kubelet, startControlPlane } from './control-plane.ts';
import { findOrBuild } from './build.ts';

/** For a person: a control plane to look at and to try things on, until Ctrl-C. */
async function main(): Promise<void> {
  const { kubectl } = await findOrBuild();
  process.stdout.write('Starting etcd, kube-apiserver, kube-controller-manager and kube-scheduler …\n');
  const plane = await startControlPlane();
  process.stdout.write(`
A control plane without nodes runs at ${plane.server}

  export KUBECONFIG=${plane.kubeconfig()}
  alias kubectl=${kubectl}
  kubectl version

As the kubelet of worker-1:  KUBECONFIG=${plane.kubeconfig(kubelet('worker-1'))}
Logs and the audit log:      ${plane.directory}/*.log

Ctrl-C stops it and removes all of this.
`);
  await interrupted();
  process.stdout.write('\nStopping …\n');
  await plane.stop();
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    // Nothing else keeps this process alive.
    const alive = setInterval(() => undefined, 60_000);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        clearInterval(alive);
        resolve();
      });
    }
  });
}

await main();
