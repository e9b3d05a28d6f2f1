import { fields, text, within } from '../../../../kube/records/fields.ts';
import type { Cause } from '../../refusal.ts';
import { duplicate, forbidden, invalid, required } from '../causes.ts';
import { wrongLabel } from '../syntax.ts';

/** Names, and that each volume has exactly one source. */
export function checkVolumes(volumes: readonly unknown[], path: string): Cause[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const name = text(fields(volume), 'name');
    const at = `${path}[${index}]`;
    const again = seen.has(name);
    seen.add(name);
    return [...checkSource(volume, at), ...checkName(name, `${at}.name`), ...(again ? [duplicate(`${at}.name`, name)] : [])];
  });
}

const checkName = (name: string, path: string): Cause[] => (name === '' ? [required(path)] : wrongLabel(name).map((problem) => invalid(path, name, problem)));

function checkSource(volume: unknown, path: string): Cause[] {
  const named = Object.keys(fields(volume)).filter((name) => name !== 'name');
  const sources = named.includes('emptyDir') ? ['emptyDir', ...named.filter((name) => name !== 'emptyDir')] : named;
  const noClaim = sources[0] === 'persistentVolumeClaim' && text(within(fields(volume), 'persistentVolumeClaim'), 'claimName') === '';
  return [
    ...(noClaim ? [required(`${path}.persistentVolumeClaim.claimName`)] : []),
    ...sources.slice(1).map((name) => forbidden(`${path}.${name}`, 'may not specify more than 1 volume type')),
  ];
}
