import type { Labels } from '../../model/configuration.ts';
import { selects } from '../../model/labels.ts';
import { readLabelSelector } from '../../model/selector.ts';

/** The test that a `LabelSelector` object stands for. One that is absent or cannot be read selects nothing. */
export function selectorOf(raw: unknown): (labels: Labels) => boolean {
  if (raw === undefined) return () => false;
  const read = readLabelSelector(raw);
  return 'problem' in read ? () => false : (labels) => selects(read.selector, labels);
}
