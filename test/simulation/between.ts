import { type Api, answered, ApiError, type ApiRequest } from '../../src/kube/api.ts';
import { type Clock, milliseconds } from '../../src/model/time.ts';
import { type Between, type CallPoint, callName } from '../stories/calls.ts';

/** Something between a controller and the embedded API server, in this process. */
export interface EmbeddedBetween extends Between {
  /** Whoever comes this way is named so in the audit log. */
  readonly userAgent: string;
  /** The way to the API server that leads past it. */
  through(api: Api): Api;
}

interface Watch {
  readonly strike: (point: CallPoint) => Promise<void>;
  readonly waiting: Set<CallPoint>;
  readonly counts: Map<string, number>;
  readonly calls: { readonly call: string; lostRace: boolean }[];
}

/** Its url only names it: nobody connects there. */
export function between(userAgent: string, clock: Clock): EmbeddedBetween {
  let watch: Watch = { strike: () => Promise.resolve(), waiting: new Set(), counts: new Map(), calls: [] };
  return {
    url: `http://${userAgent}`,
    userAgent,
    begin(points, strike) {
      watch = { strike, waiting: new Set(points), counts: new Map(), calls: [] };
    },
    calls: () => watch.calls.filter(({ lostRace }) => !lostRace).map(({ call }) => call),
    close: () => Promise.resolve(),
    through: (api) => ({ ...api, call: <T>(request: ApiRequest) => call<T>({ api, watch, clock }, request) }),
  };
}

async function call<T>({ api, watch, clock }: { readonly api: Api; readonly watch: Watch; readonly clock: Clock }, request: ApiRequest): Promise<T> {
  const { point, sent } = struck(watch, request);
  if (point?.moment === 'before') {
    await watch.strike(point);
    throw noAnswer(request);
  }
  const answer = api.call<T>(request);
  if (point?.moment === 'lost' || point?.moment === 'reset') {
    await answer.catch(() => undefined);
    await watch.strike(point);
    throw noAnswer(request);
  }
  if (point?.moment === 'unread') {
    await answer.catch(() => undefined);
    await watch.strike(point);
  } else if (point !== undefined) void clock.sleep(milliseconds(1)).then(() => watch.strike(point));
  try {
    return await answer;
  } catch (error) {
    if (sent !== undefined) sent.lostRace = answered(error, 409);
    throw error;
  }
}

function struck(watch: Watch, { verb, path, query, body }: ApiRequest): { point?: CallPoint; sent?: Watch['calls'][number] } {
  const call = callName({ verb, path, query: new URLSearchParams(Object.keys(query ?? {}).map((key) => [key, ''])), body });
  if (call === undefined) return {};
  const nth = (watch.counts.get(call) ?? 0) + 1;
  watch.counts.set(call, nth);
  const sent = { call, lostRace: false };
  watch.calls.push(sent);
  const point = [...watch.waiting].find((each) => each.call === call && each.nth === nth);
  if (point === undefined) return { sent };
  watch.waiting.delete(point);
  return { point, sent };
}

const noAnswer = ({ verb, path }: ApiRequest): ApiError => new ApiError({ status: 0, reason: 'NoAnswer', message: `${verb} ${path}: the reply was lost` });
