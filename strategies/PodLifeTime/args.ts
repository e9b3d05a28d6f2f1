import { z } from 'zod';
import { type ArgsProblem, checkAllowed, exitCodes, flag, problemIf, readArgs, type ReadArgs, text, texts, uint } from '../../src/decide/rebalancing/args.ts';
import { checkScope, scopeArgs } from '../../src/decide/rebalancing/scope.ts';

const conditionArg = z.strictObject({
  type: text.optional(),
  status: text.optional(),
  reason: text.optional(),
  minTimeSinceLastTransitionSeconds: uint.optional(),
});

const schema = z.strictObject({
  maxPodLifeTimeSeconds: uint.optional().describe('Pods older than this many seconds go. Default: age does not matter.'),
  states: texts.optional().describe('The phase, `status.reason`, or the reason why a container waits or has ended is one of these. Default: any.'),
  conditions: z
    .array(conditionArg, 'a list of conditions is required')
    .optional()
    .describe('Some condition of the pod matches one of these entries in every field that the entry sets (`type`, `status`, `reason`, `minTimeSinceLastTransitionSeconds`). Default: any.'),
  exitCodes: exitCodes.optional().describe('Some container has ended, and not been started again, with one of these codes. Default: any.'),
  ownerKinds: z
    .strictObject({ include: texts.optional(), exclude: texts.optional() }, 'an object with include and exclude is required')
    .optional()
    .describe('Only pods with an owner of these kinds (`include`), or with none of them (`exclude`); not both. Default: all.'),
  includingInitContainers: flag.optional().describe('`states` and `exitCodes` look at init containers too. Default: false.'),
  includingEphemeralContainers: flag.optional().describe('`states` looks at ephemeral containers too. Default: false.'),
  ...scopeArgs,
});

/** The `args` of PodLifeTime. */
export type PodLifeTimeArgs = z.infer<typeof schema>;
/** One entry of `conditions`. */
export type ConditionFilter = z.infer<typeof conditionArg>;

export const parseArgs = (raw: unknown): ReadArgs<PodLifeTimeArgs> => readArgs(schema, raw, check);

// The words that `states` may hold.
const phases = ['Running', 'Pending', 'Succeeded', 'Failed', 'Unknown'];
const podReasons = ['NodeAffinity', 'NodeLost', 'Shutdown', 'UnexpectedAdmissionError', 'DeadlineExceeded', 'Evicted'];
const waitingReasons = ['PodInitializing', 'ContainerCreating', 'ImagePullBackOff', 'CrashLoopBackOff', 'CreateContainerConfigError', 'ErrImagePull', 'CreateContainerError', 'InvalidImageName'];
const endedReasons = ['OOMKilled', 'Error', 'Completed', 'ContainerCannotRun', 'StartError'];
const states = [...phases, ...podReasons, ...waitingReasons, ...endedReasons];

function check(args: PodLifeTimeArgs): ArgsProblem[] {
  const { conditions = [], ownerKinds } = args;
  const chooses = args.maxPodLifeTimeSeconds !== undefined || [args.states, conditions, args.exitCodes].some((list = []) => list.length > 0);
  const bothKinds = (ownerKinds?.include ?? []).length > 0 && (ownerKinds?.exclude ?? []).length > 0;
  return [
    ...checkScope(args),
    ...problemIf(!chooses, [], 'at least one of maxPodLifeTimeSeconds, states, conditions and exitCodes must be given'),
    ...problemIf(bothKinds, ['ownerKinds'], 'only one of Include/Exclude ownerKinds can be set'),
    ...checkAllowed('states', args.states ?? [], states),
    ...conditions.flatMap((entry, at) => problemIf(isEmpty(entry), ['conditions', at], `conditions[${at}]: at least one of type, status, reason and minTimeSinceLastTransitionSeconds must be set`)),
  ];
}

const isEmpty = ({ type = '', status = '', reason = '', minTimeSinceLastTransitionSeconds }: ConditionFilter): boolean => `${type}${status}${reason}` === '' && minTimeSinceLastTransitionSeconds === undefined;
