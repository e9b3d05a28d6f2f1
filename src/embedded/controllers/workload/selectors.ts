import type { LabelSelector } from '../../../model/configuration.ts';
import { selects } from '../../../model/labels.ts';
import { readLabelSelector } from '../../../model/selector.ts';
import type { RawSelector, Words } from './objects.ts';
import { stableJson } from './same.ts';

const read = new WeakMap<object, LabelSelector | undefined>();
/** Pods of one workload bring the same selectors, each its own object; few texts are in use at a time. */
const byText = new Map<string, LabelSelector | undefined>();

/** True when the selector selects these labels. One that is absent or cannot be read selects nothing; an empty one everything. */
export function selectsLabels(raw: RawSelector | undefined, labels: Words | undefined): boolean {
  const selector = raw === undefined ? undefined : parsed(raw);
  return selector !== undefined && selects(selector, labels ?? {});
}

/** Objects are never changed in place, so what was read of one stays true. */
function parsed(raw: RawSelector): LabelSelector | undefined {
  if (read.has(raw)) return read.get(raw);
  const text = stableJson(raw);
  const selector = byText.has(text) ? byText.get(text) : readNew(raw);
  if (byText.size > 10_000) byText.clear();
  byText.set(text, selector);
  read.set(raw, selector);
  return selector;
}

function readNew(raw: RawSelector): LabelSelector | undefined {
  const result = readLabelSelector(raw);
  return 'problem' in result ? undefined : result.selector;
}
