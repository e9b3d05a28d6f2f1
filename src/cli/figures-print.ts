import type { NodeFigures } from '../decide/rebalancing/explanation.ts';

const words: Readonly<Record<string, (value: string) => string>> = {
  usage: (value) => `used ${value}`,
  percentages: (value) => `${value} %`,
  thresholds: (value) => `threshold ${value} %`,
  targetThresholds: (value) => `target ${value} %`,
  caps: (value) => `cap ${value}`,
  budget: (value) => `room ${value}`,
};

/** What a strategy says of a node, for people: a line about the whole of it, then one for each resource. */
export function figureLines({ profile, strategy, figures }: NodeFigures): string[] {
  const whole: string[] = [];
  const resources = new Map<string, string[]>();
  for (const [name, figure] of inOrder(figures)) {
    const inWords = words[name] ?? plainly(name);
    if (typeof figure !== 'object' || figure === null) whole.push(inWords(shown(figure)));
    else for (const [resource, value] of Object.entries(figure).filter(isKnown)) resources.set(resource, [...(resources.get(resource) ?? []), inWords(shown(value))]);
  }
  return [[`${profile}/${strategy}`, ...(whole.length === 0 ? [] : [whole.join(', ')])].join(': '), ...[...resources].map(([resource, values]) => `  ${resource}: ${values.join(', ')}`)];
}

/** What is used comes before the limits that it is compared with. */
function inOrder(figures: NodeFigures['figures']): [string, unknown][] {
  const known = Object.keys(words);
  const place = ([name]: [string, unknown]): number => (known.includes(name) ? known.indexOf(name) : known.length);
  return Object.entries(figures).toSorted((left, right) => place(left) - place(right));
}

const isKnown = ([, value]: [string, unknown]): boolean => value !== undefined;

const plainly = (name: string) => (value: string): string => `${name} ${value}`;

const shown = (value: unknown): string => (typeof value === 'number' ? String(Math.round(value * 100) / 100) : typeof value === 'string' ? value : JSON.stringify(value));
