import { type Shape, shapeOf } from './issues.ts';
import { configurationSchema } from './schema/configuration.ts';

/** One setting, as a row of the reference in docs/configuration.md. */
export interface SettingRow {
  /** `fencing.methods[].timeout`; `<name>` where any name may stand. */
  readonly path: string;
  /** What may be written. */
  readonly allowed: string;
  /** As it would be written; `required` without one, `unset` where leaving it out means something of its own. */
  readonly byDefault: string;
  readonly description: string;
}

/** Every setting, in the order of the schema, which is the order in which the reference explains them. */
export const settings = (): readonly SettingRow[] => rowsOf(shapeOf(configurationSchema), '', false);

function rowsOf(shape: Shape, path: string, required: boolean): SettingRow[] {
  const own = shape.description === undefined || path === '' ? [] : [{ path, allowed: allowedIn(shape), byDefault: defaultOf(shape, path, required), description: shape.description }];
  const members = Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => rowsOf(inner, path === '' ? name : `${path}.${name}`, shape.required?.includes(name) === true));
  const entries = isBlock(shape.items) ? rowsOf(shape.items, `${path}[]`, false) : [];
  const values = typeof shape.additionalProperties === 'object' ? rowsOf(shape.additionalProperties, `${path}.<name>`, false) : [];
  return [...own, ...members, ...entries, ...values];
}

const isBlock = (shape: Shape | undefined): shape is Shape => shape?.properties !== undefined;

function allowedIn(shape: Shape): string {
  if (shape['x-allowed'] !== undefined) return shape['x-allowed'];
  if (shape.const !== undefined) return `\`${shape.const}\``;
  if (shape.enum !== undefined) return shape.enum.map((each) => `\`${String(each)}\``).join(', ');
  if (shape.type === 'integer') return `a whole number from ${shape.minimum} to ${shape.maximum}`;
  if (shape.type === 'boolean') return '`true`, `false`';
  if (shape.type === 'array') return listOf(shape);
  return shape.type === 'object' && shape.properties === undefined ? 'names and values' : 'a block of settings';
}

const listOf = ({ items, minItems, maxItems }: Shape): string => `a list of ${minItems === undefined ? 'up' : `${minItems}`} to ${maxItems}${items?.['x-allowed'] === undefined ? ' blocks' : `, each ${items['x-allowed']}`}`;

function defaultOf(shape: Shape, path: string, required: boolean): string {
  if (shape.default !== undefined) return `\`${inYaml(shape.default)}\``;
  return required || path.endsWith('<name>') ? 'required' : 'unset';
}

/** A default as a person would write it, on one line. */
function inYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([name, inner]) => `${name}: ${inYaml(inner)}`).join(', ')}}`;
  return value === '' ? '""' : String(value);
}
