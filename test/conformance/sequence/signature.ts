import type { Difference } from './play.ts';

/**
 * What makes two differences the same one. Of refusals the request counts: each is refused for a reason of its own. Of a field
 * only the field does, whichever request brought it to light.
 */
export function signatureOf({ operation: { resource, verb, title }, what, real, other }: Difference): string {
  const place = what.replaceAll(/\[\d+\]/gu, '[]');
  const isField = /^(?:items: |watch event: )?(?:metadata|spec|status)\./u.test(place);
  return isField ? `${resource} | ${place.replace(/^(?:items|watch event): /u, '')}` : `${resource} | ${verb} | ${title} | ${place} | ${codeOf(real)} vs ${codeOf(other)}`;
}

/** The code and reason of a refusal; of anything else whether it is there. */
function codeOf(value: unknown): string {
  if (value === undefined) return 'absent';
  const code = typeof value === 'string' ? /^\d{3} \w*/u.exec(value)?.[0] : undefined;
  return code ?? 'present';
}
