import type { LabelSelector, Requirement } from './configuration.ts';

/** A selector as people write it: `app=web,tier in (a,b),!gone`. */
export const formatSelector = ({ requirements }: LabelSelector): string => (requirements.length === 0 ? 'everything' : requirements.map(formatRequirement).join(','));

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'Gt':
      return `${key}>${values[0]}`;
    case 'Lt':
      return `${key}<${values[0]}`;
    default:
      return operator satisfies never;
  }
}
