import type { Duration } from '../../model/time.ts';

export const scriptActions = ['reboot', 'off', 'on', 'status', 'monitor'] as const;
export type ScriptAction = (typeof scriptActions)[number];

/** One run of one script. Everything in it is checked again before a process is started. */
export interface ScriptRun {
  readonly script: string;
  readonly action: ScriptAction;
  /** The node's name: FENCE_NODE and `$1`. May be empty for `monitor`, which is about the device. */
  readonly node: string;
  /** What the device calls the machine: FENCE_ID. May be empty for `monitor`. */
  readonly machineID: string;
  readonly attempt: number;
  /** Wall clock of the run. The result comes at most 5 s after it. */
  readonly timeout: Duration;
  /** Name → value, given as FENCE_PARAM_<NAME>. Secrets are paths of files. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface Told {
  /** What the script printed: head and tail of stdout, then of stderr, 64 KiB at most, control characters escaped, secrets replaced by `***`. */
  readonly output: string;
  /** One sentence for people: script, action, how it ended, its last words. At most 500 characters. */
  readonly note: string;
  readonly duration: Duration;
  /** The JSON line that ends the output of `status`, or why there is none. For `readPower`. */
  readonly answer: PowerAnswer | { readonly kind: 'none'; readonly because: string };
}

export interface PowerAnswer {
  readonly kind: 'answer';
  readonly id: string;
  readonly attempt: number;
  readonly power: 'on' | 'off' | 'unknown';
}

export type ScriptResult =
  /** Exit code 0: a claim, never a proof. */
  | ({ readonly kind: 'done' } & Told)
  /** Another exit code, or a signal that was not ours. */
  | ({ readonly kind: 'failed'; readonly code?: number; readonly signal?: string } & Told)
  /** Killed by us, at the limit or because the controller stops: nobody knows how far it came. */
  | ({ readonly kind: 'timedOut'; readonly by: 'limit' | 'controller' } & Told)
  /** No process was started, so nothing has happened. */
  | ({ readonly kind: 'refused'; readonly problem: string } & Told);

export interface ScriptParameter {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** The value is the path of a file whose contents must never be shown. */
  readonly secret: boolean;
}

export interface ScriptDescription {
  readonly kind: 'script';
  readonly name: string;
  readonly summary: string;
  /** The file that runs, symbolic links resolved. */
  readonly path: string;
  /** `kube-fencing`: a bare `<name>.sh`, which would reboot whatever it is asked. */
  readonly form: 'folder' | 'kube-fencing';
  readonly actions: readonly ScriptAction[];
  /** `undefined`: anything goes, the script says nothing about it. */
  readonly parameters: readonly ScriptParameter[] | undefined;
  /** True when its `off`, `on` and `reboot` return only after the device itself says so. */
  readonly verifies: boolean;
}

export interface ScriptProblem {
  readonly kind: 'problem';
  readonly name: string;
  readonly problem: string;
}

/** Starts fence scripts. A port: another implementation may hand the runs to a second container. */
export interface ScriptRunner {
  /** Never rejects. `signal` kills the script's process group. */
  run(run: ScriptRun, signal: AbortSignal): Promise<ScriptResult>;
  /** What a name stands for at this moment: reads the disk each time, so that a changed mount is seen. */
  describe(name: string): ScriptDescription | ScriptProblem;
  /** Every allowed name, in the order of the configuration. */
  list(): readonly (ScriptDescription | ScriptProblem)[];
}
