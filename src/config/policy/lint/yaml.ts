import { type Document, isMap, isScalar, type Scalar, visit, type YAMLMap } from 'yaml';

/** A remark about the text itself, at an offset in it. */
export interface TextRemark {
  readonly offset: number;
  readonly says: string;
}

/** What YAML readers pass over in silence: more documents, keys that come twice, tags, numbers that are not what they look like. */
export function textRemarks(documents: readonly Document.Parsed[]): TextRemark[] {
  const [first, ...others] = documents;
  if (first === undefined) return [];
  const remarks: TextRemark[] = others.filter(({ contents }) => contents !== null && !(isScalar(contents) && contents.value === null)).map(({ contents }) => ({ offset: contents?.range[0] ?? 0, says: 'this document is ignored: only the first one of a file is read' }));
  for (const { pos, message } of first.warnings) remarks.push({ offset: pos[0], says: `the tag is ignored (${message.split('\n')[0] ?? ''})` });
  visit(first, {
    Map: (_, map) => void (isMap(map) && remarks.push(...repeatedKeys(map))),
    Scalar: (_, scalar) => void remarks.push(...oddNumber(scalar)),
  });
  return remarks;
}

function repeatedKeys(map: YAMLMap): TextRemark[] {
  const last = new Map(map.items.map(({ key }, at) => [isScalar(key) ? String(key.value) : at, at]));
  return map.items.flatMap(({ key }, at) => (isScalar(key) && last.get(String(key.value)) !== at ? [{ offset: key.range?.[0] ?? 0, says: `the key ${JSON.stringify(key.value)} comes again further down: the last one counts, this one is ignored` }] : []));
}

function oddNumber({ value, source = '', range }: Scalar): TextRemark[] {
  if (typeof value !== 'number' || !/^[-+]?0[0-9xob_]|_/iu.test(source)) return [];
  return [{ offset: range?.[0] ?? 0, says: `${source} is read as ${value}, as YAML 1.1 does` }];
}
