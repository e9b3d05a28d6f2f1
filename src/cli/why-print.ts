import type { Verdict } from '../decide/why/facts.ts';
import type { NodeFence, NodeFenceStatus } from '../model/nodefence.ts';
import { between, formatDuration, formatInstant, type Instant } from '../model/time.ts';

/** The verdict as a person reads it: one fact on each line, the newest step of the story last. */
export function printVerdict(verdict: Verdict, now: Instant): string {
  const { node, verdict: word, rule, since, because, waitsFor, change, notes, fence } = verdict;
  const head = `${node}: ${word}${rule === word ? '' : ` (${rule})`}${since === undefined ? '' : `, for ${formatDuration(between(since, now))}, since ${formatInstant(since)}`}`;
  return [
    head,
    line('because', because),
    line('waits for', waitsFor),
    ...change.map((each, index) => line(index === 0 ? 'to change' : '', each)),
    ...notes.map((each) => line('note', each)),
    ...(fence === undefined ? [] : fenceLines(fence)),
    '',
  ].join('\n');
}

const line = (label: string, text: string): string => `  ${label.padEnd(11)}${text}`.trimEnd();

function fenceLines({ metadata, spec, status }: NodeFence): string[] {
  const confirmed = spec.confirmedOff;
  return [
    line('fence', `${metadata.name}: attempt ${spec.attempt}, asked for by ${spec.requestedBy}${spec.cancelled === true ? ', cancelled' : ''}${status === undefined ? '' : `, now ${status.phase}`}`),
    ...(confirmed === undefined ? [] : [line('confirmed', `by ${confirmed.by} at ${confirmed.at}, until ${confirmed.expires}`)]),
    ...(status === undefined ? [] : statusLines(status)),
  ];
}

const latest = 8;

function statusLines({ evidence, timeline, command }: NodeFenceStatus): string[] {
  const proof = evidence.items.map(({ source, says, at }) => `${source} said ${JSON.stringify(says)}${at === '' ? '' : ` at ${at}`}`);
  const left = timeline.length - latest;
  return [
    ...(command === undefined ? [] : [line('command', `${command.method} ${command.action} at ${command.at}: ${command.outcome}${command.note === undefined || command.note === '' ? '' : ` (${command.note})`}`)]),
    line('proof', evidence.class === 'none' ? 'none' : `${evidence.class}: ${proof.join('; ')}`),
    ...(left > 0 ? [line('steps', `${left} earlier ones are in the record`)] : []),
    ...timeline.slice(-latest).map(({ time, step, note }, index) => line(index === 0 && left <= 0 ? 'steps' : '', `${time}  ${step.padEnd(15)} ${note ?? ''}`)),
  ];
}

/** The same for programs: times in RFC 3339, the record as it is. */
export function verdictAsJson({ since, fence, ...verdict }: Verdict): object {
  return { ...verdict, ...(since === undefined ? {} : { since: formatInstant(since) }), ...(fence === undefined ? {} : { fence: { name: fence.metadata.name, spec: fence.spec, status: fence.status } }) };
}
