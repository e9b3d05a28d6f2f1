import type { Api, ApiRequest, Lines } from '../../src/kube/api.ts';
import { type Clock, type Duration, milliseconds } from '../../src/model/time.ts';

/** What others can do to a process: stop it for a while, or for ever. */
export interface Life {
  readonly dead: boolean;
  /** As SIGSTOP: nothing of it goes on until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** As SIGKILL: nothing of it ever goes on. */
  end(): void;
  /** Aborts at the end. */
  readonly ended: AbortSignal;
  /** Goes on at once, after a freeze, or never. */
  goOn(): Promise<void>;
}

export function life(): Life {
  const ended = new AbortController();
  const state: { frozen: { readonly over: Promise<void>; thaw(): void } | undefined } = { frozen: undefined };
  return {
    get dead() {
      return ended.signal.aborted;
    },
    freeze() {
      const { promise, resolve } = Promise.withResolvers<void>();
      state.frozen ??= { over: promise, thaw: resolve };
    },
    thaw() {
      state.frozen?.thaw();
      state.frozen = undefined;
    },
    end: () => ended.abort(),
    ended: ended.signal,
    async goOn() {
      while (state.frozen !== undefined && !ended.signal.aborted) await state.frozen.over;
      if (ended.signal.aborted) await new Promise(() => undefined);
    },
  };
}

/** Time goes on for a process that is frozen, but it does not notice before it goes on itself. */
export const clockOf = (clock: Clock, { goOn }: Life): Clock => ({
  now: () => clock.now(),
  async sleep(time: Duration, signal?: AbortSignal) {
    await clock.sleep(time, signal);
    await goOn();
  },
});

/** The way to the API server: without it, what takes a few calls would be over in the moment in which it began. */
const wayThere: Duration = milliseconds(2);

/** A door through which a dead process asks nothing and hears nothing, and a frozen one neither for as long as that lasts. */
export function doorOf(api: Api, clock: Clock, { goOn, ended }: Life): Api {
  const within = async <T>(work: () => Promise<T>): Promise<T> => {
    await clock.sleep(wayThere);
    await goOn();
    try {
      return await work();
    } finally {
      await goOn();
    }
  };
  return {
    call: <T>(request: ApiRequest) => within(() => api.call<T>(request)),
    watch: (request, signal) => within(async () => read(await api.watch(request, AbortSignal.any([signal, ended])), goOn)),
    close: () => api.close(),
  };
}

async function* read(lines: Lines, goOn: () => Promise<void>): Lines {
  try {
    for await (const line of lines) {
      await goOn();
      yield line;
    }
  } finally {
    await goOn();
  }
}
