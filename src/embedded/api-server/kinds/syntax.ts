/*
 * How names, labels and the like are written. Each function returns what is wrong, in the words of a real server
 * (apimachinery's validation); nothing when nothing is.
 */

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const older = '[a-z]([-a-z0-9]*[a-z0-9])?';
const part = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const value = `(${part})?`;

const whole = (expression: string): RegExp => new RegExp(`^${expression}$`, 'u');
const [labels, subdomains, olderLabels, parts, values] = [label, subdomain, older, part, value].map(whole) as [RegExp, RegExp, RegExp, RegExp, RegExp];

const longest = (length: number): string => `must be no more than ${length} characters`;
const longestBytes = (length: number): string => `must be no more than ${length} bytes`;

const matching = (says: string, expression: string, examples: readonly string[]): string =>
  `${says} (e.g. ${examples.map((each) => `'${each}', `).join(' or ')}regex used for validation is '${expression}')`;

/** DNS-1123 label: names of namespaces, containers and volumes. */
export function wrongLabel(text: string): string[] {
  const says = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  const form = labels.test(text) ? [] : [subdomains.test(text) ? 'must not contain dots' : matching(says, label, ['my-name', '123-abc'])];
  return [...(text.length > 63 ? [longest(63)] : []), ...form];
}

/** DNS-1123 subdomain: names of most objects. */
export function wrongSubdomain(text: string): string[] {
  const says = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...(text.length > 253 ? [longest(253)] : []), ...(subdomains.test(text) ? [] : [matching(says, subdomain, ['example.com'])])];
}

/** DNS-1035 label: begins with a letter. */
export function wrongOlderLabel(text: string): string[] {
  const says = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...(text.length > 63 ? [longest(63)] : []), ...(olderLabels.test(text) ? [] : [matching(says, older, ['my-name', 'abc-123'])])];
}

/** A key of a label, a taint or a toleration: `name` or `prefix/name`. */
export function wrongKey(text: string): string[] {
  const says = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const examples = ['MyName', 'my.name', '123-abc'];
  const pieces = text.split('/');
  if (pieces.length > 2) return [`a valid label key ${matching(says, part, examples)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = pieces.at(-1) ?? '';
  const prefix = pieces.length === 2 ? (pieces[0] ?? '') : undefined;
  return [
    ...(prefix === undefined ? [] : prefix === '' ? ['prefix part must be non-empty'] : wrongSubdomain(prefix).map((each) => `prefix part ${each}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? [`name part ${longestBytes(63)}`] : []),
    ...(parts.test(name) ? [] : [`name part ${matching(says, part, examples)}`]),
  ];
}

/** A value of a label or a taint. */
export function wrongValue(text: string): string[] {
  const says = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [...(text.length > 63 ? [longestBytes(63)] : []), ...(values.test(text) ? [] : [matching(says, value, ['MyValue', 'my_value', '12345'])])];
}

export const wrongPercentage = (text: string): string[] =>
  (/^[0-9]+%$/u.test(text) ? [] : [matching("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', ['1%', '93%'])]);

/** Between these, both included. */
export const wrongRange = (number: number, least: number, most: number): string[] => (number >= least && number <= most ? [] : [`must be between ${least} and ${most}, inclusive`]);
