export const account = { username: 'evenkeel', password: 'correct-horse-battery', project: 'kubernetes', domain: 'Default' } as const;

export const token = 'gAAAAAB-fake-token';

export const applicationCredential = { id: 'credential-1', secret: 'stapled-to-the-battery' } as const;

/** True when a `POST /v3/auth/tokens` names the account and its password, or the application credential and its secret. */
export function knows(body: unknown): boolean {
  const auth = (body as { auth?: unknown } | null)?.auth;
  const password = { identity: { methods: ['password'], password: { user: { name: account.username, password: account.password } } } };
  return contains(auth, password) || contains(auth, { identity: { methods: ['application_credential'], application_credential: applicationCredential } });
}

function contains(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(([key, each]) => contains((value as Record<string, unknown>)[key], each));
}

export const versionDocument = (base: string) => ({
  version: { id: 'v3.14', status: 'stable', updated: '2020-04-07T00:00:00Z', links: [{ rel: 'self', href: `${base}/v3/` }], 'media-types': [] },
});

/** The token's body: who, where, and the catalog. */
export const tokenBody = (base: string) => ({
  token: {
    methods: ['password'],
    user: { id: 'user-1', name: account.username, domain: { id: 'default', name: account.domain }, password_expires_at: null },
    project: { id: 'project-1', name: account.project, domain: { id: 'default', name: account.domain } },
    roles: [{ id: 'role-1', name: 'member' }],
    is_domain: false,
    audit_ids: ['audit-1'],
    issued_at: '2026-01-01T00:00:00.000000Z',
    expires_at: '2099-01-01T00:00:00.000000Z',
    catalog: [
      { id: 'service-1', type: 'identity', name: 'keystone', endpoints: endpoints(`${base}/v3`) },
      { id: 'service-2', type: 'compute', name: 'nova', endpoints: endpoints(`${base}/compute/v2.1`) },
      // Nobody is there: a fence must not wait for the images.
      { id: 'service-3', type: 'image', name: 'glance', endpoints: endpoints(`${base}/image`) },
    ],
  },
});

const endpoints = (url: string) => ['public', 'internal', 'admin'].map((kind) => ({ id: `endpoint-${kind}`, interface: kind, region: 'RegionOne', region_id: 'RegionOne', url }));
