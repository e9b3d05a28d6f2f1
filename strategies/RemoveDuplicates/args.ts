import { z } from 'zod';
import { checkNamespaces, namespacesArg, readArgs, type ReadArgs, texts } from '../../src/decide/rebalancing/args.ts';

const schema = z.strictObject({
  namespaces: namespacesArg.optional().describe('Only these namespaces (`include`) or all but these (`exclude`); not both. Default: all.'),
  excludeOwnerKinds: texts.optional().describe('Pods with an owner of one of these kinds are left alone. Pods of a Deployment are owned by a `ReplicaSet`. Default: none.'),
});

/** The `args` of RemoveDuplicates. */
export type RemoveDuplicatesArgs = z.infer<typeof schema>;

export const parseArgs = (raw: unknown): ReadArgs<RemoveDuplicatesArgs> => readArgs(schema, raw, ({ namespaces }) => checkNamespaces(namespaces));
