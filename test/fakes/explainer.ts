import type { Explainer } from '../../src/decide/rebalancing/strategy.ts';

/** Keeps what strategies explain. */
export interface Notes {
  readonly explain: () => Explainer;
  /** Pod name → every reason given for its staying. */
  readonly pods: Readonly<Record<string, readonly string[]>>;
  readonly nodes: readonly { readonly name: string; readonly figures: Readonly<Record<string, unknown>>; readonly podsStay: string | undefined }[];
  readonly sentences: readonly string[];
}

export function takeNotes(): Notes {
  const pods: Record<string, string[]> = {};
  const nodes: { name: string; figures: Readonly<Record<string, unknown>>; podsStay: string | undefined }[] = [];
  const sentences: string[] = [];
  const explainer: Explainer = {
    pod: ({ name }, because) => void (pods[name] ??= []).push(because),
    node: ({ name }, figures, podsStay) => void nodes.push({ name, figures, podsStay }),
    strategy: (because) => void sentences.push(because),
  };
  return { explain: () => explainer, pods, nodes, sentences };
}
