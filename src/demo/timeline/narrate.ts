import type { DemoRecord } from '../records/record.ts';
import { narrateEvent } from './narrate-event.ts';
import type { Line, Tone } from './line.ts';

/** What a person is told of a record; nothing where another line says it better, or before the incident. */
export function narrate(record: DemoRecord): Line | undefined {
  const told = tell(record);
  if (told === undefined || (record.seconds === undefined && record.type !== 'chapter')) return undefined;
  return { ...(record.seconds === undefined ? {} : { seconds: record.seconds }), ...told };
}

type Told = Omit<Line, 'seconds'>;

function tell(record: DemoRecord): Told | undefined {
  switch (record.type) {
    case 'chapter':
      return { who: 'demo', what: record.says, tone: chapterTones[record.kind] };
    case 'event':
      return narrateEvent(record);
    case 'node':
      return tellNode(record);
    case 'pod':
      return tellPod(record);
    case 'volume':
      return tellVolume(record);
    case 'machine':
      return tellMachine(record);
    case 'device':
      return tellDevice(record);
    // The Events tell the phases; an answer and the door for kubectl are paragraphs of their own.
    case 'fence':
    case 'answer':
    case 'serving':
      return undefined;
    default:
      return record satisfies never;
  }
}

type Of<Type extends DemoRecord['type']> = Extract<DemoRecord, { readonly type: Type }>;

const chapterTones: Record<Of<'chapter'>['kind'], Tone> = { setup: 'plain', incident: 'bad', note: 'plain', refused: 'good', done: 'good' };

function tellNode({ node, change, taint }: Of<'node'>): Told | undefined {
  if (change === 'silent') return { who: 'kubernetes', what: `${node} is NotReady: its kubelet says nothing any more`, tone: 'bad' };
  if (change === 'ready') return { who: 'kubernetes', what: `${node} is Ready again`, tone: 'good' };
  if (change === 'gone') return { who: 'kubernetes', what: `the Node object ${node} is gone`, tone: 'bad' };
  if (taint?.startsWith('node.kubernetes.io/unreachable') === true && change === 'tainted' && taint.endsWith('NoExecute')) return { who: 'kubernetes', what: `${node} is tainted unreachable: in 5 minutes Kubernetes would tell its pods to leave, and nobody there would hear it`, tone: 'quiet' };
  return undefined;
}

/** Pods that keep a volume are what this is about; the others are told when they run or must go. */
function tellPod({ pod, node, change, owner }: Of<'pod'>): Told | undefined {
  const dear = owner === 'StatefulSet';
  if (change === 'running') return { who: 'kubernetes', what: `${pod} runs on ${node}`, tone: dear ? 'good' : 'plain' };
  if (change === 'back') return { who: 'kubernetes', what: `${pod} on ${node} is heard again; it ran all the while`, tone: 'quiet' };
  if (change === 'deleting') return { who: 'kubernetes', what: `${pod} on ${node} is told to end`, tone: 'quiet' };
  if (change === 'assigned' && dear) return { who: 'kubernetes', what: `a new ${pod} is to run on ${node}, as soon as its volume is there`, tone: 'quiet' };
  return undefined;
}

function tellVolume({ volume, node, change }: Of<'volume'>): Told | undefined {
  if (change === 'attached') return { who: 'storage', what: `${volume} is attached to ${node}`, tone: 'good' };
  return change === 'free' ? { who: 'storage', what: `${volume} is detached from ${node}`, tone: 'plain' } : undefined;
}

function tellMachine({ machine, change }: Of<'machine'>): Told | undefined {
  const says = machineWords[change];
  return says === undefined ? undefined : { who: machine, what: says, tone: 'act' };
}

const machineWords: Readonly<Record<string, string>> = {
  'power off': 'the power is gone, and every process with it',
  'power on': 'the power is back, it boots',
  'kubelet started': 'its kubelet starts',
};

function tellDevice({ machine, command, step, says }: Of<'device'>): Told | undefined {
  return step === 'answered' && command !== 'status' && command !== 'monitor' ? { who: 'device', what: `${command} ${machine}: ${says}`, tone: 'act' } : undefined;
}
