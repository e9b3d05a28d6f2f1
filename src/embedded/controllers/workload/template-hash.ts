import { stableJson } from './same.ts';

/**
 * A name for a pod template, in the letters of Kubernetes' names for revisions (`rand.SafeEncodeString`: no vowels, so no
 * words). Stable, but another than a real controller's, which hashes the memory of its Go structures. `collisions`
 * gives the same template another name.
 */
export function templateHash(template: unknown, collisions = 0): string {
  const text = collisions === 0 ? stableJson(template) : `${stableJson(template)}${collisions}`;
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93) >>> 0;
  return Array.from(String(hash), (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
