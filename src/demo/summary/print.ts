import { inWords, workers } from '../story/scene.ts';
import { wrapped } from '../timeline/layout.ts';
import type { Tone } from '../timeline/line.ts';
import type { Paint } from '../timeline/paint.ts';
import { measured, withDefaults } from './figures.ts';
import type { RecoverySummary, RefusalSummary, Summary } from './summary.ts';

/** The summary as a person reads it: a label and a sentence each. */
export function printSummary(summary: Summary, { paint, width }: { readonly paint: Paint; readonly width?: number }): string {
  const rows = [...story(summary), ...common(summary)];
  const room = Math.max(40, (width ?? Number.POSITIVE_INFINITY) - labelWidth - 1);
  const lines = rows.flatMap(([label, text, tone = 'plain']) => wrapped(text, room).map((line, index) => `${paint('quiet', (index === 0 ? label : '').padEnd(labelWidth))}${paint(tone, line)}`.trimEnd()));
  return `\n${paint('title', titles[summary.outcome])}\n${lines.join('\n')}\n`;
}

const labelWidth = 29;

const titles = { recovered: 'Summary', refused: 'What evenkeel refused to do, and why', failed: 'The demo did not come to its end' } as const;

type Row = readonly [label: string, text: string, tone?: Tone];

function story(summary: Summary): Row[] {
  switch (summary.outcome) {
    case 'recovered':
      return recovered(summary);
    case 'refused':
      return refused(summary);
    case 'failed':
      return [];
    default:
      return summary satisfies never;
  }
}

function recovered({ outage, balance }: RecoverySummary): Row[] {
  return [
    ['  outage of elasticsearch-0', `${outage.seconds.toFixed(1)} s, from the hang on ${outage.from} to running on ${outage.to}; ${outage.secondsFromProof.toFixed(1)} s of them from the proof on`, 'good'],
    ['  with the default waits', withDefaults],
    ['  had you done nothing', 'it would be down still: its pod stays Terminating and its volume attached, for ever'],
    ['  had you deleted the Node', `${measured.deletingTheNode.toFixed(0)} s until the volume is attached elsewhere (from a real control plane, ${measured.source})`],
    ['  had you deleted the pod', `${measured.forceDeletingThePod.toFixed(0)} s when forced, and two writers on one disk if the machine still runs (same source)`],
    ['  replicas per worker', `${inWords(balance.before)} before, ${inWords(balance.after)} after (${workers.join(' + ')})`],
  ];
}

const refused = ({ refused, because, next }: RefusalSummary): Row[] => [
  ['  not done', refused.join('; '), 'good'],
  ['  because', because],
  ...next.map((text, index): Row => [index === 0 ? '  what you do now' : '', text]),
];

function common({ powerCommands, twoWriters, events, tookSeconds, problems }: Summary): Row[] {
  return [
    ['  power commands', powerCommands.length === 0 ? 'none' : powerCommands.join(', ')],
    ['  two writers on one disk', twoWriters === 0 ? 'none' : `${twoWriters} times`, twoWriters === 0 ? 'plain' : 'bad'],
    ['  Events by evenkeel', `${events}`],
    ['  the demo took', `${tookSeconds.toFixed(0)} s`],
    ...problems.map((text, index): Row => [index === 0 ? '  what went wrong' : '', text, 'bad']),
  ];
}
