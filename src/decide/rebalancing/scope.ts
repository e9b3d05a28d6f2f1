import type { z } from 'zod';
import { type ArgsProblem, checkLabelSelector, checkNamespaces, labelSelectorArg, labelSelectorOf, namespacesArg } from './args.ts';
import type { Wanted } from './strategy.ts';

/** The two arguments by which nearly every strategy can be kept to some pods. */
export const scopeArgs = {
  namespaces: namespacesArg.optional().describe('Only these namespaces (`include`) or all but these (`exclude`); not both. Default: all.'),
  labelSelector: labelSelectorArg.optional().describe('Only pods with these labels: `matchLabels` and `matchExpressions`. Default: all.'),
};

interface ScopeArgs {
  readonly namespaces?: z.infer<typeof namespacesArg> | undefined;
  readonly labelSelector?: z.infer<typeof labelSelectorArg> | undefined;
}

/** What is wrong with them, in the order of the fields. */
export const checkScope = ({ namespaces, labelSelector }: ScopeArgs): ArgsProblem[] => [...checkNamespaces(namespaces), ...checkLabelSelector(labelSelector)];

/** The pods they leave, to be asked of the view. */
export const scopeOf = ({ namespaces, labelSelector }: ScopeArgs): Pick<Wanted, 'namespaces' | 'labels'> => ({ namespaces, labels: labelSelectorOf(labelSelector) });
