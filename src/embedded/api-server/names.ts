/** What is wrong with a DNS-1123 label (63 letters), or nothing. */
function wrongLabelName(name: string): string | undefined {
  if (name.length > 63) return 'must be no more than 63 bytes';
  if (/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/u.test(name)) return undefined;
  return "must be a lowercase RFC 1123 label: lower case letters, digits and '-', with a letter or digit at both ends";
}

/** What is wrong with a DNS-1123 subdomain (253 letters), or nothing. */
function wrongSubdomain(name: string): string | undefined {
  if (name.length > 253) return 'must be no more than 253 bytes';
  if (/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/u.test(name)) return undefined;
  return "must be a lowercase RFC 1123 subdomain: lower case letters, digits, '-' and '.', with a letter or digit at both ends of each part";
}

/** What names of objects have to be: DNS-1123 subdomains mostly, labels where they become host names, or anything that fits into a path. */
export type NameRule = 'subdomain' | 'label' | 'segment';

/** What is wrong with a name by its rule, or nothing. */
export function wrongName(name: string, rule: NameRule): string | undefined {
  if (rule === 'segment') return name === '.' || name === '..' || /[/%]/u.test(name) ? "may not be '.' or '..', or contain '/' or '%'" : undefined;
  return rule === 'label' ? wrongLabelName(name) : wrongSubdomain(name);
}

/** What is wrong with the key of a label, an annotation (whose case does not matter) or a finalizer, or nothing. */
export function wrongQualifiedName(key: string): string | undefined {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return 'must be a name, or a DNS subdomain, a slash and a name';
  if (parts.length === 2) {
    const prefix = parts[0] === '' ? 'must not be empty' : wrongSubdomain(parts[0] ?? '');
    if (prefix !== undefined) return `prefix part ${prefix}`;
  }
  if (name === '') return 'name part must not be empty';
  if (name.length > 63) return 'name part must be no more than 63 bytes';
  return isName(name) ? undefined : "name part must consist of letters, digits, '-', '_' and '.', with a letter or digit at both ends";
}

/** What is wrong with the value of a label, or nothing. */
export function wrongLabelValue(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 bytes';
  return value === '' || isName(value) ? undefined : "must be empty, or consist of letters, digits, '-', '_' and '.', with a letter or digit at both ends";
}

const isName = (text: string): boolean => /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/u.test(text);

/** A name from `metadata.generateName`: five random letters are added, and the whole keeps within 63. */
export function generateName(base: string, random: () => number): string {
  let suffix = '';
  for (let index = 0; index < 5; index += 1) suffix += letters[Math.floor(random() * letters.length)] ?? '';
  return base.slice(0, 58) + suffix;
}

/** Without vowels and lookalikes, as Kubernetes' own generator. */
const letters = 'bcdfghjklmnpqrstvwxz2456789';
