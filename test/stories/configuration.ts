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
const usual = {
  mode: 'enforce',
  threshold: '2s',
  directories: [join(import.meta.dirname, '../e2e/fence-scripts')],
  inventory: {},
  action: 'reboot',
  timeout: '5s',
  within: '15s',
  deleteNodeAfter: 'never',
  powerOn: true,
  probation: '1s',
  maxUnhealthy: '40%',
  maxConcurrent: 1,
  startupGrace: '0s',
  rebalancing: {},
} as const;

export function configurationText(wishes: Wishes): string {
  const scripts = wishes.scripts ?? [wishes.script ?? 'device'];
  const wish = { ...usual, ...wishes };
  return stringify({
    apiVersion: 'evenkeel.dev/v1alpha1',
    kind: 'Configuration',
    clusterName: 'stories',
    mode: wish.mode,
    server: { address: '127.0.0.1:0' },
    leaderElection: { leaseDuration: '4s', renewDeadline: '2s', retryPeriod: '500ms' },
    fencing: {
      triggers: [{ condition: 'Ready', status: 'Unknown', for: wish.threshold }],
      scripts: { directories: wish.directories, allowed: scripts },
      inventory: wish.inventory,
      methods: scripts.map((script) => ({
        name: script,
        script,
        action: wish.action,
        timeout: wish.timeout,
        evidence: { statusReads: 3, statusOver: '1s', within: wish.within },
        parameters: wishes.parameters ?? { url: wishes.url ?? '' },
      })),
      release: { deleteNodeAfter: wish.deleteNodeAfter },
      return: { powerOn: wish.powerOn, probation: wish.probation },
      guards: { maxUnhealthy: wish.maxUnhealthy, maxConcurrent: wish.maxConcurrent, startupGrace: wish.startupGrace },
    },
    rebalancing: wish.rebalancing,
    logging: { level: 'debug' },
  }, { aliasDuplicateObjects: false });
}
