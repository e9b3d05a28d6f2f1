import type { NamespaceRecord } from '../../model/cluster.ts';
import { identify, textMap } from './fields.ts';

export function parseNamespace(object: unknown): NamespaceRecord {
  const { name, metadata } = identify('Namespace', object);
  return { name, labels: textMap(metadata, 'labels') };
}
