import type { Cause } from '../../refusal.ts';
import { forbidden, notSupported } from '../causes.ts';

const modes: Readonly<Record<string, string>> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };

export function checkAccessModes(sent: readonly unknown[], path: string): Cause[] {
  const known = sent.filter((each) => Object.hasOwn(modes, String(each)));
  const mixed = known.includes('ReadWriteOncePod') && known.some((each) => each !== 'ReadWriteOncePod');
  return [
    ...sent.filter((each) => !known.includes(each)).map((each) => notSupported(path, each, Object.keys(modes).sort())),
    ...(mixed ? [forbidden(path, 'may not use ReadWriteOncePod with other access modes')] : []),
  ];
}

/** `RWO,ROX`, as kubectl prints them. */
export const formatAccessModes = (sent: readonly unknown[]): string => Object.entries(modes).filter(([mode]) => sent.includes(mode)).map(([, short]) => short).join(',');
