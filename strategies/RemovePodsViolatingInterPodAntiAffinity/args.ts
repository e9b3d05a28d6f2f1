import { z } from 'zod';
import { readArgs, type ReadArgs } from '../../src/decide/rebalancing/args.ts';
import { checkScope, scopeArgs } from '../../src/decide/rebalancing/scope.ts';

const schema = z.strictObject(scopeArgs);

/** The `args` of RemovePodsViolatingInterPodAntiAffinity. */
export type AntiAffinityArgs = z.infer<typeof schema>;

export const parseArgs = (raw: unknown): ReadArgs<AntiAffinityArgs> => readArgs(schema, raw, checkScope);
