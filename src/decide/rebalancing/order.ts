/*
 * The canonical order: nodes by name; pods by namespace, then name; groups by key. Code units, not a locale's
 * alphabet: the same cluster and policy must give the same plan on every machine.
 */

export const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

export const byName = (left: { readonly name: string }, right: { readonly name: string }): number => byText(left.name, right.name);

export const byNamespaceAndName = (left: NamespacedName, right: NamespacedName): number => byText(left.namespace, right.namespace) || byText(left.name, right.name);

interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}
