import type { Break } from './breaks.ts';
import { times } from './process/configuration.ts';

const title = 'evenkeel demo: a small Kubernetes, and the real controller at work on it';
const waits = `Short waits here: NotReady ${times.gracePeriod} s (usually 50), threshold ${times.threshold} (60), proof ${times.statusOver} (5).`;
const noProof = `Short waits: NotReady ${times.gracePeriod} s (usually 50), threshold ${times.threshold} (60), proof within ${times.proofWithin} (300).`;

/** What a person is told before anything happens: the title and three lines, each of them a line on a terminal of 80 columns. */
export const explanations: Readonly<Record<Break | 'recovery', readonly string[]>> = {
  recovery: [
    title,
    'A machine under Elasticsearch hangs: evenkeel proves it off, frees its volume.',
    'It returns to lopsided Deployments: evenkeel spreads them. All by itself.',
    waits,
  ],
  'script-lies': [
    title,
    'A machine under Elasticsearch hangs. The fence script says off, and it is on.',
    'Who believes that has two writers on one disk: evenkeel wants a proof.',
    noProof,
  ],
  'script-fails': [
    title,
    'A machine under Elasticsearch hangs, and the fence script cannot switch it off.',
    'Nobody knows whether it is dead. evenkeel says so, and refuses to go on.',
    noProof,
  ],
  'all-nodes-down': [
    title,
    'Every node falls silent at once, as if dead. In truth it is the network.',
    'Whoever fences now switches a healthy cluster off: evenkeel refuses.',
    waits,
  ],
};
