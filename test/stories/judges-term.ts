import { controllerAccount } from './judges.ts';
import type { AuditedRequest } from './world.ts';

/** The time of one leader: from its taking of the Lease until another one has taken it. */
export interface Term {
  /** The user agent by which the audit log tells replicas apart. */
  readonly leader: string;
  readonly from: string;
  /** `undefined`: to the end of the log. */
  readonly to: string | undefined;
  /** When the first write of this leader came in, beside the Lease and Events. */
  readonly firstWrite: string | undefined;
}

/** Who led when, by the Lease that the replicas of one controller share. */
export function termsIn(audit: readonly AuditedRequest[]): Term[] {
  const takings: { leader: string; from: string }[] = [];
  let holder = '';
  for (const request of audit.filter(isLeaderLease).toSorted((one, other) => (one.stageTimestamp < other.stageTimestamp ? -1 : 1))) {
    const { spec } = (request.requestObject ?? {}) as { spec?: { holderIdentity?: string } };
    if (request.code >= 300 || spec?.holderIdentity === holder) continue;
    holder = spec?.holderIdentity ?? '';
    takings.push({ leader: holder === '' ? '' : request.userAgent, from: request.receivedTimestamp });
  }
  const writes = audit.filter(isEffect);
  return takings.flatMap(({ leader, from }, index) => {
    if (leader === '') return [];
    const to = takings[index + 1]?.from;
    const first = writes.filter((write) => write.userAgent === leader && write.receivedTimestamp >= from).map((write) => write.receivedTimestamp);
    return [{ leader, from, to, firstWrite: first.toSorted()[0] }];
  });
}

/**
 * Every write of a replica while it did not lead, even one that was refused: before it had taken the Lease, or not ended
 * when somebody else took it. Standing for election is no write; doing so after having led is. Events are told apart:
 * they change nothing that anybody acts on.
 */
export function writesOutsideTheirTerm(audit: readonly AuditedRequest[]): string[] {
  const terms = termsIn(audit);
  return audit.flatMap((request) => {
    const { userAgent, verb, uri, code, receivedTimestamp } = request;
    const own = terms.filter(({ leader }) => leader === userAgent);
    const inTerm = own.some((term) => isWithin(request, term));
    if (isLeaderLease(request) ? inTerm || !own.some(({ to }) => to !== undefined && to < receivedTimestamp) : inTerm || !isEffect(request)) return [];
    return [`${receivedTimestamp} ${verb} ${uri} (${code}) by ${userAgent}, which did not lead`];
  });
}

/** Events of a leader that another one has followed. */
export function eventsAfterTheirTerm(audit: readonly AuditedRequest[]): string[] {
  const terms = termsIn(audit);
  return audit.flatMap(({ user, userAgent, verb, object, uri, receivedTimestamp }) => {
    const over = terms.some(({ leader, to }) => leader === userAgent && to !== undefined && to < receivedTimestamp);
    return over && user === controllerAccount && object.resource === 'events' && isWrite(verb) ? [`${receivedTimestamp} ${verb} ${uri} by ${userAgent}`] : [];
  });
}

const isWrite = (verb: string): boolean => !['get', 'list', 'watch'].includes(verb);

const isLeaderLease = ({ user, verb, object }: AuditedRequest): boolean => user === controllerAccount && isWrite(verb) && object.resource === 'leases' && object.name === 'evenkeel';

/** Questions about one's own rights are asked with `create`. */
const isEffect = (request: AuditedRequest): boolean =>
  request.user === controllerAccount && isWrite(request.verb) && !isLeaderLease(request) && request.object.resource !== 'events' && !request.object.resource.endsWith('reviews');

const isWithin = ({ receivedTimestamp, stageTimestamp }: AuditedRequest, { from, to }: Term): boolean => from <= receivedTimestamp && (to === undefined || stageTimestamp <= to);
