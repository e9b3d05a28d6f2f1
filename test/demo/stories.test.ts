import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/demo/summary/summary.ts';
import { runDemo, type RunningDemo } from './run-demo.ts';

const summaryOf = (demo: RunningDemo): Summary | undefined => {
  const last = demo.records().at(-1);
  return last?.type === 'summary' ? last : undefined;
};

describe('two demos at once, on one machine', () => {
  let text: RunningDemo;
  let json: RunningDemo;

  beforeAll(async () => {
    [text, json] = [runDemo(), runDemo('--json')];
    await Promise.all([text.ended, json.ended]);
  }, 200_000);

  afterAll(() => Promise.all([text.clear(), json.clear()]));

  it('both tell the story to its end, with exit code 0', async () => {
    expect([await text.ended, text.error(), await json.ended, json.error()]).toEqual([0, '', 0, '']);
  });

  it('prints plain text without a terminal: no colour, nothing that moves', () => {
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(text.out()).not.toMatch(/[\u001B\r]/u);
    expect(text.out()).not.toContain('waits for');
  });

  it('tells the moments that matter, in this order', () => {
    const moments = ['evenkeel leads', 'The kubelet of', 'is NotReady', '(NodeUnhealthyDetected)', '(FencingStarted)', '(FencingVerified)', 'disk-0 is detached from', 'disk-0 is attached to', 'search/elasticsearch-0 runs on', 'elasticsearch-0 has its volume again', 'is Ready again', '(NodeRestored)', 'lopsided now', '(RebalancePlanned)', 'Every worker has one replica of each again'];
    const story = text.out().slice(text.out().indexOf('seconds  who'));
    const places = moments.map((moment) => [moment, story.indexOf(moment)] as const);
    expect(places.filter(([, place]) => place === -1)).toEqual([]);
    expect(places.map(([, place]) => place)).toEqual(places.map(([, place]) => place).toSorted((one, other) => one - other));
  });

  it('sums it up', () => {
    const summary = text.out().slice(text.out().indexOf('\nSummary\n'));
    expect(summary).toMatch(/outage of elasticsearch-0 {2,}\d+\.\d s, from the hang on worker-\d to running on worker-\d/u);
    expect(summary).toMatch(/had you deleted the Node {2,}411 s .*docs\/performance\.md/u);
    expect(summary).toMatch(/two writers on one disk {2,}none/u);
    expect(summary).toMatch(/cart 1\+1\+1, web 1\+1\+1 after/u);
  });

  it('gives programs one record per line, and the summary last', () => {
    const records = json.records();
    expect(records.filter(({ type }) => type === 'summary')).toHaveLength(1);
    expect(summaryOf(json)).toMatchObject({ story: 'recovery', outcome: 'recovered', ok: true, problems: [], twoWriters: 0, balance: { after: { cart: [1, 1, 1], web: [1, 1, 1] } } });
    for (const record of records.slice(0, -1)) expect(record).toMatchObject({ type: expect.any(String), time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{6}Z$/u) });
    expect(new Set(records.map(({ type }) => type))).toEqual(new Set(['chapter', 'event', 'fence', 'node', 'pod', 'volume', 'machine', 'device', 'summary']));
  });

  it('takes less than a minute', () => {
    expect(summaryOf(json)?.tookSeconds).toBeLessThan(60);
  });

  it('leaves no process and no file behind', () => {
    expect([...text.leftovers(), ...json.leftovers()]).toEqual([]);
  });
});

describe('something is broken, and evenkeel refuses', () => {
  const commands = { 'script-lies': [expect.stringMatching(/^off worker-\d$/u)], 'script-fails': [expect.stringMatching(/^off worker-\d$/u)], 'all-nodes-down': [] };

  it.each(Object.entries(commands))('%s: says what it does not do and why, with exit code 0', async (what, expected) => {
    const demo = runDemo('--break', what, '--json');
    try {
      expect([await demo.ended, demo.error()]).toEqual([0, '']);
      expect(summaryOf(demo)).toMatchObject({ story: what, outcome: 'refused', ok: true, problems: [], twoWriters: 0, powerCommands: expected });
      expect(demo.records().find(({ type }) => type === 'answer')).toMatchObject({ command: expect.stringContaining('evenkeel why worker-'), says: expect.stringMatching(/NeedsHuman|TooManyUnhealthy|Blind/u) });
      expect(demo.leftovers()).toEqual([]);
    } finally {
      await demo.clear();
    }
  }, 200_000);
});
