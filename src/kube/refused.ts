import { ApiError, type ApiRequest } from './api.ts';
import { oneLine } from './one-line.ts';

/** An answer that is not 2xx. */
export interface RefusedAnswer {
  readonly status: number;
  /** The Status object, when the server sent one. */
  readonly details: { readonly reason?: string; readonly message?: string } | undefined;
  /** What it sent when it was none. */
  readonly text: string;
  /** The header of this name. */
  readonly retryAfter: string | string[] | undefined;
}

/** The error that an answer becomes, over whatever door it came. */
export function refused(asked: Pick<ApiRequest, 'verb' | 'path'>, { status, details, text, retryAfter }: RefusedAnswer): ApiError {
  const reason = details?.reason ?? `HTTP${status}`;
  const says = oneLine(details?.message ?? text);
  const wait = Number(retryAfter);
  return new ApiError({
    status,
    reason,
    message: `${asked.verb} ${asked.path}: ${status} ${reason}: ${says}`,
    retryAfter: retryAfter !== undefined && Number.isFinite(wait) ? wait : undefined,
    details,
  });
}

/** The error for no answer at all. */
export function noAnswer(asked: Pick<ApiRequest, 'verb' | 'path'>, server: string, cause: unknown): ApiError {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ApiError({ status: 0, reason: 'NoAnswer', message: `${asked.verb} ${asked.path}: no answer from ${server}: ${oneLine(why)}`, cause });
}
