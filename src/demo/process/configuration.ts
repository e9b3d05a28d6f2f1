import { stringify } from 'yaml';

export interface ConfigurationWishes {
  /** Directory of fence scripts. */
  readonly scripts: string;
  /** Where the fence device listens. */
  readonly device: string;
  /** Path of the rebalancing policy. */
  readonly policyFile: string;
}

/** How long the demo's waits are: short enough to watch. What an operator would write instead stands beside it. */
export const times = {
  /** Kubernetes says NotReady; default 50 s. */
  gracePeriod: 3,
  /** The threshold of evenkeel; default 60 s. */
  threshold: 2,
  /** From the first to the last reading of `off`; default 5 s. */
  statusOver: 1,
  /** How long a proof may take before a person is asked; default 5 min. */
  proofWithin: 8,
  /** Probation of a node that is back; default 2 min. */
  probation: 2,
} as const;

/** What an operator would write, with short times. */
export const configurationText = ({ scripts, device, policyFile }: ConfigurationWishes): string =>
  stringify({
    apiVersion: 'evenkeel.dev/v1alpha1',
    kind: 'Configuration',
    clusterName: 'demo',
    mode: 'enforce',
    server: { address: '127.0.0.1:0' },
    leaderElection: { leaseDuration: '4s', renewDeadline: '2s', retryPeriod: '500ms' },
    fencing: {
      triggers: [{ condition: 'Ready', status: 'Unknown', for: `${times.threshold}s` }],
      scripts: { directories: [scripts], allowed: ['device'] },
      methods: [
        {
          name: 'device',
          script: 'device',
          action: 'auto',
          timeout: '5s',
          evidence: { statusReads: 3, statusOver: `${times.statusOver}s`, within: `${times.proofWithin}s` },
          parameters: { url: device },
        },
      ],
      release: { deleteNodeAfter: 'never' },
      return: { powerOn: true, probation: `${times.probation}s` },
      guards: { maxUnhealthy: '40%', maxConcurrent: 1, startupGrace: '0s' },
    },
    rebalancing: { afterRecovery: true, policyFile },
    logging: { level: 'info', format: 'json' },
  });

/** A descheduler policy: one copy of each workload per node, as far as there are nodes. */
export const policyText = stringify({
  apiVersion: 'descheduler/v1alpha2',
  kind: 'DeschedulerPolicy',
  profiles: [{ name: 'default', pluginConfig: [{ name: 'RemoveDuplicates' }], plugins: { balance: { enabled: ['RemoveDuplicates'] } } }],
});
