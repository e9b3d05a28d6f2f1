import { resources } from '../../../../kube/paths.ts';
import { type Fields, field, fields, flag, list, text, wholeNumber } from '../../../../kube/records/fields.ts';
import type { KindContext } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import { Refusal } from '../../refusal.ts';

/** What the default admission plugins make of a new pod: ServiceAccount (the name only), Priority, DefaultTolerationSeconds. */
export function admitNew(pod: KubeObject, context: KindContext, tolerationSeconds: number): KubeObject {
  const spec = fields(pod.spec);
  const serviceAccount = text(spec, 'serviceAccountName') || 'default';
  const withPriority = { ...spec, serviceAccountName: serviceAccount, serviceAccount, ...priorityOf(pod, context) };
  return { ...pod, spec: { ...withPriority, tolerations: tolerationsOf(spec, tolerationSeconds) } };
}

/** At a change the tolerations are completed again, and what Priority has set cannot be lost. */
export function admitChange(pod: KubeObject, current: KubeObject, tolerationSeconds: number): KubeObject {
  const [spec, before] = [fields(pod.spec), fields(current.spec)];
  if (spec === before) return pod;
  const kept = Object.fromEntries(['priority', 'preemptionPolicy'].flatMap((name) => (field(spec, name) === undefined && field(before, name) !== undefined ? [[name, field(before, name)]] : [])));
  return { ...pod, spec: { ...spec, ...kept, tolerations: tolerationsOf(spec, tolerationSeconds) } };
}

function tolerationsOf(spec: Fields, tolerationSeconds: number): readonly unknown[] {
  const given = list(spec, 'tolerations').map(fields);
  const covers = (key: string): boolean => given.some((each) => ['', key].includes(text(each, 'key')) && ['', 'NoExecute'].includes(text(each, 'effect')));
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter((key) => !covers(key));
  return [...given, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }))];
}

interface Priority {
  readonly priorityClassName?: string;
  readonly priority: number;
  readonly preemptionPolicy: string;
}

function priorityOf(pod: KubeObject, context: KindContext): Priority {
  const spec = fields(pod.spec);
  const found = classOf(pod, context);
  const priority = found === undefined ? 0 : (wholeNumber(fields(found), 'value') ?? 0);
  const preemptionPolicy = text(fields(found), 'preemptionPolicy') || 'PreemptLowerPriority';
  const [asked, askedPolicy] = [wholeNumber(spec, 'priority'), text(spec, 'preemptionPolicy')];
  if (asked !== undefined && asked !== priority) {
    throw refused(pod, `the integer value of priority (${asked}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`);
  }
  if (askedPolicy !== '' && askedPolicy !== preemptionPolicy) {
    throw refused(pod, `the string value of PreemptionPolicy (${askedPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`);
  }
  return { ...(found === undefined ? {} : { priorityClassName: found.metadata.name }), priority, preemptionPolicy };
}

/** The class that the pod names, or the default one; of several, the one with the lowest priority. */
function classOf(pod: KubeObject, context: KindContext): KubeObject | undefined {
  const name = text(fields(pod.spec), 'priorityClassName');
  if (name !== '') {
    const found = context.find(resources.priorityclasses, { name });
    if (found === undefined) throw refused(pod, `no PriorityClass with name ${name} was found`);
    return found;
  }
  let lowest: KubeObject | undefined;
  for (const each of context.list(resources.priorityclasses)) {
    if (flag(fields(each), 'globalDefault') && (lowest === undefined || valueOf(each) < valueOf(lowest))) lowest = each;
  }
  return lowest;
}

const valueOf = (priority: KubeObject): number => wholeNumber(fields(priority), 'value') ?? 0;

function refused({ metadata }: KubeObject, why: string): Refusal {
  const name = metadata.name || (metadata.generateName ?? '');
  return new Refusal(403, 'Forbidden', `pods "${name}" is forbidden: ${why}`, { name, kind: 'pods' });
}
