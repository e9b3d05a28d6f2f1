import { describe, expect, test } from 'vitest';
import { compareRecordings } from './compare-recordings.ts';
import { embeddedGround } from './embedded-ground.ts';
import { playSituation } from './play-situation.ts';
import { readRecording, situations } from './record.ts';

describe('the embedded controllers do what the real ones were recorded to do', () => {
  test.each(situations.map((situation) => [situation.title, situation] as const))('%s', async (_, situation) => {
    expect(compareRecordings(situation, await readRecording(situation), await playSituation(situation, embeddedGround))).toEqual([]);
  }, 120_000);
});
