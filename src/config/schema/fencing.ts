import { z } from 'zod';
import type { FencingSettings, Guards } from '../../model/configuration.ts';
import { readRequirement } from '../../model/selector.ts';
import { type Duration, hours, seconds } from '../../model/time.ts';
import { quote } from '../complaint.ts';
import { parseBoundedDuration, type Read } from '../duration.ts';
import { always, entriesOf, memberOf, textOf } from './across.ts';
import { inventory } from './inventory.ts';
import { methods, scriptName, scriptNameInWords } from './methods.ts';
import { selector } from './selector.ts';
import { absolutePath, complain, duration, setting, text } from './setting.ts';

const trigger = z.strictObject({
  condition: z.literal('Ready').default('Ready').describe('The node condition that is looked at.'),
  status: z.enum(['Unknown', 'False']).default('Unknown').describe('`Unknown`: the kubelet is silent. `False`: it lives and says so; such a node is reported and held, not fenced.'),
  for: duration(seconds(1), hours(24), 'How long the condition must last without a break, with the node\'s Lease motionless all the while. Kubelets renew their Lease every 10 s and an API server can be away for longer: below 40s, a hiccup fences healthy nodes.'),
});

const triggers = z
  .array(trigger)
  .min(1)
  .max(10)
  .describe('When a node is taken for dead; any one of them is enough.')
  .superRefine((list, context) => {
    if (list.length > 0 && list.every(({ status }) => status !== 'Unknown')) complain(context, [], 'no trigger has status Unknown: no node would ever be fenced', 'add {condition: Ready, status: Unknown, for: 60s}');
  })
  .prefault([{ condition: 'Ready', status: 'Unknown', for: '60s' }]);

const scripts = z
  .strictObject({
    directories: z.array(absolutePath('A directory with scripts.')).max(16).prefault(['/etc/evenkeel/scripts']).describe('Where scripts are looked for besides the built-in ones, in order.'),
    allowed: z
      .array(text(scriptName, { description: 'Name of a script.', allowed: scriptNameInWords }))
      .max(50)
      .prefault([])
      .describe('The scripts that a method or a node label may name. Anything else is refused.'),
  })
  .prefault({});

const release = z
  .strictObject({
    deleteStuckPods: z.boolean().default(true).describe('Force-delete the pods of a machine that is proved off; never DaemonSet or mirror pods.'),
    outOfService: z.boolean().default(true).describe('Put the out-of-service taint on a machine that is proved off, so that its volumes are detached at once.'),
    deleteNodeAfter: setting<Duration | 'never'>((raw) => (raw === 'never' ? { value: 'never' } : parseBoundedDuration(raw, seconds(0), hours(24 * 30))), {
      description: `Delete the Node object of a machine that has been proved off for so long and has no volume attached any more. Needs the component manifests/components/delete-node: without its right nothing is deleted.`,
      kind: 'duration or never',
      allowed: 'never, or a duration from 0s to 30d',
    }).prefault('10m'),
  })
  .prefault({});

const restorable = (what: string): z.ZodType<string[]> =>
  z
    .array(setting(readRestorable, { description: `Key of a ${what}.`, kind: 'text', allowed: `the key of a ${what}` }))
    .max(50)
    .describe(`Keys of ${what}s that are put back when a deleted node registers again as the same machine. What is on the node already stays; keys of node.kubernetes.io, kubernetes.io, cloud providers and evenkeel.dev never come back.`);

/** Keys that Kubernetes or a cloud provider manages: putting back an old value would lie about the new node. */
const managed = /^(?:(?:[^/]+\.)?node\.kubernetes\.io|node\.cloudprovider\.kubernetes\.io|(?:[^/]+\.)?evenkeel\.dev|[^/]*(?:amazonaws\.com|eks\.amazonaws\.com|gke\.io|google\.com|azure\.com|openstack\.org))\//u;

function readRestorable(raw: unknown): Read<string> {
  const problem = typeof raw === 'string' ? readRequirement({ key: raw, operator: 'Exists', values: [] }) : 'no text';
  if (typeof raw !== 'string' || typeof problem === 'string') return { problem: `${quote(raw)} is not a valid key`, cure: 'write a key such as topology.kubernetes.io/zone' };
  return managed.test(raw) ? { problem: `${raw} is managed by Kubernetes, a cloud provider or evenkeel itself`, cure: 'remove it' } : { value: raw };
}

const returning = z
  .strictObject({
    powerOn: z.boolean().default(true).describe('Switch a machine that evenkeel switched off on again, once everything is released.'),
    probation: duration(seconds(0), hours(24), 'How long a returned node stays tainted NoSchedule while its DaemonSets and CSI drivers get ready. 0s lets pods on at once.').prefault('2m'),
    restore: z.strictObject({ labels: restorable('label').prefault(['fencing', 'topology.kubernetes.io/zone']), taints: restorable('taint').prefault([]) }).prefault({}),
  })
  .prefault({});

const guards = z
  .strictObject({
    maxConcurrent: z.int().min(1).max(100).default(1).describe('How many fences may be under way at once, across changes of leader.'),
    maxUnhealthy: setting(readShare, {
      description: 'Nothing is fenced while more nodes are down than this: max(1, floor(share of the selected nodes)), or the number as written. When many nodes vanish, the network is the more likely cause.',
      kind: 'percentage or whole number',
      type: ['string', 'integer'],
      allowed: 'a percentage from 1% to 99%, or a whole number of nodes from 1 to 1000',
    }).prefault('40%'),
    startupGrace: duration(seconds(0), hours(1), 'Nothing is fenced for so long after this process became leader, so that it has seen the cluster first. At 0s a restart during an outage fences on the first look.').prefault('60s'),
    controlPlane: z.enum(['never', 'one-at-a-time']).default('never').describe('Whether nodes with the label node-role.kubernetes.io/control-plane may be fenced. `one-at-a-time` needs maxConcurrent: 1 so far.'),
  })
  .superRefine((value, context) => {
    if (value.controlPlane === 'one-at-a-time' && value.maxConcurrent > 1) complain(context, ['controlPlane'], `one-at-a-time cannot be held with maxConcurrent ${value.maxConcurrent} yet: two control-plane nodes could be fenced at once`, 'write never, or maxConcurrent: 1');
  })
  .prefault({});

function readShare(raw: unknown): Read<Guards['maxUnhealthy']> {
  const wrong = { problem: `${quote(raw)} is not allowed`, cure: 'write a percentage from 1% to 99%, or a whole number of nodes from 1 to 1000' };
  if (typeof raw === 'number') return Number.isInteger(raw) && raw >= 1 && raw <= 1_000 ? { value: { kind: 'count', nodes: raw } } : wrong;
  const percent = typeof raw === 'string' ? Number(/^([1-9]\d?)%$/u.exec(raw)?.[1]) : Number.NaN;
  return Number.isNaN(percent) ? wrong : { value: { kind: 'percent', percent } };
}

export const fencing = z
  .strictObject({
    nodeSelector: selector('Which nodes take part at all.').prefault('fencing=enabled'),
    triggers,
    scripts,
    inventory,
    methods,
    release,
    return: returning,
    guards,
    history: z
      .strictObject({
        perNode: z.int().min(1).max(100).default(5).describe('How many ended NodeFences are kept for each node.'),
        keep: duration(hours(1), hours(24 * 365), `How long an ended NodeFence is kept at most.`).prefault('30d'),
      })
      .prefault({}),
  })
  .superRefine((value: unknown, context) => {
    const allowed = entriesOf(memberOf(memberOf(value, 'scripts'), 'allowed')).filter((name) => typeof name === 'string');
    for (const [index, entry] of entriesOf(memberOf(value, 'methods')).entries()) {
      const script = textOf(entry, 'script');
      if (script !== undefined && !allowed.includes(script)) complain(context, ['methods', index, 'script'], `${script} is not in fencing.scripts.allowed`, `add it there${allowed.length === 0 ? '' : `, or write ${allowed.join(' or ')}`}`);
    }
  }, always)
  .transform((value): FencingSettings => value)
  .prefault({});
