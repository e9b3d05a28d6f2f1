/** One line of the timeline before it has a width or a colour. */
export interface Line {
  /** Since the incident; absent before it. */
  readonly seconds?: number;
  /** Who did it, or says it. */
  readonly who: string;
  readonly what: string;
  /** A word that people can search for, such as an Event's reason. */
  readonly reference?: string;
  readonly tone: Tone;
}

/** `bad` and `good` are the moments that matter; `act` is something done to a machine; `quiet` may be skipped by a reader in a hurry. */
export type Tone = 'plain' | 'quiet' | 'act' | 'bad' | 'good' | 'title';
