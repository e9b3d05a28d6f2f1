import { Refusal } from './refusal.ts';
import { badRequest } from './refusals.ts';

/** Where a list goes on. */
export interface Start {
  readonly version: number;
  /** Keys up to this one were on earlier pages. */
  readonly behind: string;
}

/** 410 with a token that goes on all the same, at the price of an inconsistent list. */
export class ExpiredToken extends Refusal {
  readonly token: string;

  constructor(token: string) {
    super(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results, which is then not of one moment.');
    this.token = token;
  }
}

/** As Kubernetes writes it: base64url of `{"v":"meta.k8s.io/v1","rv":7,"start":"/default/a\u0000"}`. */
export const writeToken = ({ version, behind }: Start): string => Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: `/${behind}\u0000` })).toString('base64url');

/** 400 when the text is no token. */
export function readToken(text: string): Start {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as { v?: unknown; rv?: unknown; start?: unknown };
    if (v === 'meta.k8s.io/v1' && Number.isInteger(rv) && rv !== 0 && typeof start === 'string' && start !== '') return { version: rv as number, behind: start.replace(/^\//u, '').replace(/\0$/u, '') };
  } catch {
    // Said below, for all that is no token.
  }
  throw badRequest('invalid continue token: continue key is not valid: hand back metadata.continue of the page before as it was');
}
