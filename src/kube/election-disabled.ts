import type { Election } from './election.ts';

/** Leads at once and for ever: for `leaderElection.enabled: false`, where somebody else sees to it that only one runs. */
export function soleLeader(identity: string): Election {
  let stop: (() => void) | undefined;
  let released = false;
  return {
    identity,
    epoch: 0,
    get isLeader() {
      return !released;
    },
    assertLeader() {
      if (released) throw new Error('This process has stopped: nothing is written any more');
    },
    whenLeading: Promise.resolve(),
    holder: () => identity,
    problem: () => undefined,
    run: (signal) =>
      new Promise((resolve) => {
        stop = () => resolve('released');
        if (signal.aborted || released) stop();
        signal.addEventListener('abort', stop, { once: true });
      }),
    async release() {
      released = true;
      stop?.();
    },
  };
}
