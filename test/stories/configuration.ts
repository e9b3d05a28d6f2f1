import { join } from 'node:path';
import { stringify } from 'yaml';

/** What a story wants different from the usual configuration of the stories. */
export interface Wishes {
  readonly action?: 'reboot' | 'off' | 'auto';
  readonly script?: string;
  /** Several methods in this order, each with a script of the same name; instead of `script`. */
  readonly scripts?: readonly string[];
  readonly url?: string;
  readonly directories?: readonly string[];
  readonly timeout?: string;
  readonly within?: string;
  readonly threshold?: string;
  readonly probation?: string;
  readonly maxUnhealthy?: string | number;
  readonly maxConcurrent?: number;
  readonly inventory?: Readonly<Record<string, string>>;
  readonly mode?: 'enforce' | 'observe';
  readonly startupGrace?: string;
  /** As an operator writes it; no rebalancing by the controller when absent. */
  readonly rebalancing?: Readonly<Record<string, unknown>>;
  readonly powerOn?: boolean;
  readonly deleteNodeAfter?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** The node that the controller believes to run on. */
  readonly onNode?: string;
}

/** Times are short so that a story takes seconds; everything else is what an operator would write. */
export function configurationText(wishes: Wishes): string {
  const scripts = wishes.scripts ?? [wishes.script ?? 'device'];
  return stringify({
    apiVersion: 'evenkeel.dev/v1alpha1',
    kind: 'Configuration',
    clusterName: 'stories',
    mode: wishes.mode ?? 'enforce',
    server: { address: '127.0.0.1:0' },
    leaderElection: { leaseDuration: '4s', renewDeadline: '2s', retryPeriod: '500ms' },
    fencing: {
      triggers: [{ condition: 'Ready', status: 'Unknown', for: wishes.threshold ?? '2s' }],
      scripts: { directories: wishes.directories ?? [join(import.meta.dirname, '../e2e/fence-scripts')], allowed: scripts },
      inventory: wishes.inventory ?? {},
      methods: scripts.map((script) => ({
        name: script,
        script,
        action: wishes.action ?? 'reboot',
        timeout: wishes.timeout ?? '5s',
        evidence: { statusReads: 3, statusOver: '1s', within: wishes.within ?? '15s' },
        parameters: wishes.parameters ?? { url: wishes.url ?? '' },
      })),
      release: { deleteNodeAfter: wishes.deleteNodeAfter ?? 'never' },
      return: { powerOn: wishes.powerOn ?? true, probation: wishes.probation ?? '1s' },
      guards: { maxUnhealthy: wishes.maxUnhealthy ?? '40%', maxConcurrent: wishes.maxConcurrent ?? 1, startupGrace: wishes.startupGrace ?? '0s' },
    },
    rebalancing: wishes.rebalancing ?? {},
    logging: { level: 'debug' },
  });
}
