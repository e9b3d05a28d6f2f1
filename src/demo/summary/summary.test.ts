import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DemoRecord, Happening } from '../records/record.ts';
import type { Recovered, Refused } from '../story/outcome.ts';
import { uncoloured } from '../timeline/paint.ts';
import { measured } from './figures.ts';
import { printSummary } from './print.ts';
import { type Summary, summarize } from './summary.ts';

const stamp = (happening: Happening): DemoRecord => ({ time: '', ...happening });
const event = (by: string): DemoRecord => stamp({ type: 'event', by, reason: 'X', severity: 'Normal', regarding: 'Node n', note: '' });
const device = (command: string, step: 'received' | 'answered'): DemoRecord => stamp({ type: 'device', machine: 'worker-1', command, step, says: '' });

const recovered: Recovered = { kind: 'recovered', victim: 'worker-1', movedTo: 'worker-2', outage: 9.4, fromProof: 0.4, before: { cart: [0, 2, 1], web: [0, 1, 2] }, after: { cart: [1, 1, 1], web: [1, 1, 1] }, problems: [] };
const refused: Refused = { kind: 'refused', refused: ['no pod deleted', 'no taint'], because: 'It lied.', next: ['Look.', 'Confirm.'], problems: [] };

const records = [event('evenkeel.dev/controller'), event('sigs.k8s.io.descheduler'), event('default-scheduler'), device('status', 'received'), device('off', 'received'), device('off', 'answered'), device('on', 'received')];
const summary = (outcome: Recovered | Refused | undefined, more: object = {}): Summary => summarize({ story: 'recovery', outcome, records, twoWriters: 0, tookSeconds: 24, ...more });

describe('the figures of other ways', () => {
  const page = readFileSync(new URL('../../../docs/performance.md', import.meta.url), 'utf8');

  it.each([
    ['force-deleting the pod only', measured.forceDeletingThePod],
    ['deleting the Node object', measured.deletingTheNode],
  ])('are those of docs/performance.md: %s', (way, seconds) => {
    expect(page).toMatch(new RegExp(`\\| ${way} \\| ${seconds} \\|`, 'u'));
  });

  it('so are the default waits', () => {
    expect(page.replaceAll('\n', ' ')).toContain('about 50 s until Kubernetes says NotReady, 60 s of threshold, and 5 s or more for the proof');
  });
});

describe('a summary', () => {
  it('counts what evenkeel said and what the device was told', () => {
    expect(summary(recovered)).toMatchObject({ ok: true, events: 2, powerCommands: ['off worker-1', 'on worker-1'] });
  });

  it('is not ok when something is not as it should be, or did not come to its end', () => {
    expect(summary({ ...recovered, problems: ['a taint is left'] })).toMatchObject({ ok: false, problems: ['a taint is left'] });
    expect(summary(undefined, { failure: 'waited in vain' })).toMatchObject({ ok: false, outcome: 'failed', problems: ['waited in vain'] });
  });

  it('reads as a table of sentences', () => {
    expect(printSummary(summary(recovered), { paint: uncoloured })).toBe(`
Summary
  outage of elasticsearch-0  9.4 s, from the hang on worker-1 to running on worker-2; 0.4 s of them from the proof on
  with the default waits     about 2 minutes: 50 s until Kubernetes says NotReady, 60 s of threshold, 5 s for the proof
  had you done nothing       it would be down still: its pod stays Terminating and its volume attached, for ever
  had you deleted the Node   411 s until the volume is attached elsewhere (from a real control plane, docs/performance.md)
  had you deleted the pod    361 s when forced, and two writers on one disk if the machine still runs (same source)
  replicas per worker        cart 0+2+1, web 0+1+2 before, cart 1+1+1, web 1+1+1 after (worker-1 + worker-2 + worker-3)
  power commands             off worker-1, on worker-1
  two writers on one disk    none
  Events by evenkeel         2
  the demo took              24 s
`);
  });

  it('says what was refused, why, and what a person does now', () => {
    const text = printSummary(summary(refused), { paint: uncoloured, width: 80 });
    expect(text.split('\n').slice(1, 6)).toEqual(['What evenkeel refused to do, and why', '  not done                   no pod deleted; no taint', '  because                    It lied.', '  what you do now            Look.', '                             Confirm.']);
  });

  it('wraps beside its labels on a narrow terminal', () => {
    for (const line of printSummary(summary(recovered), { paint: uncoloured, width: 70 }).split('\n')) expect(line.length).toBeLessThan(70);
  });
});
