import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfiguration } from '../config/read.ts';
import type { Configuration } from '../model/configuration.ts';
import { seconds } from '../model/time.ts';
import { type FakeClock, fakeClock } from '../../test/fakes/clock.ts';
import { type ConfigurationChange, followConfiguration, type LiveConfiguration } from './live-configuration.ts';

const text = (mode: string, more = '', guards = '{}'): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Configuration
clusterName: here
mode: ${mode}
fencing: {scripts: {allowed: [openstack]}, methods: [{name: openstack, script: openstack}], guards: ${guards}}
${more}`;

function parsed(written: string): Configuration {
  const read = readConfiguration(written, 'first');
  if ('complaints' in read) throw new Error(read.complaints.map((each) => each.text).join('\n'));
  return read.configuration;
}

describe('the configuration file is followed', () => {
  let directory: string;
  let file: string;
  let clock: FakeClock;
  let live: LiveConfiguration;
  let changes: ConfigurationChange[];
  let stop: AbortController;
  const begin = async (first = text('observe')): Promise<void> => {
    live = followConfiguration({ file, first: parsed(first), clock, changed: (change) => void changes.push(change) });
    void live.run(stop.signal);
    await clock.advance(seconds(10));
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'evenkeel-live-'));
    file = join(directory, 'config.yaml');
    writeFileSync(file, text('observe'));
    clock = fakeClock();
    changes = [];
    stop = new AbortController();
  });

  afterEach(() => {
    stop.abort();
    rmSync(directory, { recursive: true, force: true });
  });

  test('says nothing about a file that has not changed', async () => {
    await begin();
    await clock.advance(seconds(60));
    expect(changes).toEqual([]);
  });

  test('a change is in force within ten seconds, although the file was written in two halves', async () => {
    await begin();
    writeFileSync(file, text('enforce').slice(0, -3));
    await clock.advance(seconds(3.5));
    writeFileSync(file, text('enforce', 'logging: {level: debug}\n'));
    await clock.advance(seconds(6.5));
    expect(live.current()).toMatchObject({ mode: 'enforce', logging: { level: 'debug' } });
    expect(changes).toMatchObject([{ kind: 'accepted', restart: [] }]);
  });

  test('a file that stops half-way for less than the settle time is not taken for a shorter one', async () => {
    const guarded = text('enforce', '', '{maxConcurrent: 2}');
    writeFileSync(file, guarded);
    await begin(guarded);
    // Whenever it is looked at: half of the file is there for 0.8 s.
    for (let round = 0; round < 20; round += 1) {
      writeFileSync(file, text('enforce'));
      await clock.advance(seconds(0.8));
      writeFileSync(file, guarded);
      await clock.advance(seconds(3.5));
      expect(live.current().fencing.guards.maxConcurrent).toBe(2);
    }
    expect(changes).toEqual([]);
  });

  const unreadable = [
    { title: 'a value that is not allowed', spoil: () => writeFileSync(file, text('enforcing')), says: 'mode' },
    { title: 'an unknown key', spoil: () => writeFileSync(file, text('observe', 'gards: {}\n')), says: 'gards' },
    { title: 'broken YAML', spoil: () => writeFileSync(file, '{'), says: 'YAML' },
    { title: 'an empty file', spoil: () => writeFileSync(file, ''), says: 'empty' },
    { title: 'more than 64 KiB', spoil: () => writeFileSync(file, `${text('observe')}#${'x'.repeat(70_000)}`), says: '64 KiB' },
    { title: 'a file that is gone', spoil: () => rmSync(file), says: 'no such file' },
    { title: 'a directory in its place', spoil: () => (rmSync(file), mkdirSync(file)), says: 'directory' },
    { title: 'links in a circle', spoil: () => (rmSync(file), symlinkSync(file, file)), says: 'circle' },
  ];
  test.each(unreadable)('$title is refused once, and the last good one stays in force', async ({ spoil, says }) => {
    await begin();
    spoil();
    await clock.advance(seconds(60));
    expect(live.current().mode).toBe('observe');
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ kind: 'rejected' });
    expect(JSON.stringify(changes[0])).toContain(says);
  });

  test('every complaint is told, and the way back as well', async () => {
    await begin();
    writeFileSync(file, text('enforcing', 'gards: {}\n'));
    await clock.advance(seconds(10));
    expect(changes[0]?.kind === 'rejected' && changes[0].complaints.length).toBe(2);
    writeFileSync(file, text('observe'));
    await clock.advance(seconds(10));
    expect(changes.map(({ kind }) => kind)).toEqual(['rejected', 'restored']);
  });

  test.skipIf(process.getuid?.() === 0)('a file without read permission is refused', async () => {
    await begin();
    chmodSync(file, 0o000);
    await clock.advance(seconds(10));
    expect(JSON.stringify(changes)).toContain('may not read');
  });

  test('the mount of a ConfigMap swaps a directory under the file', async () => {
    rmSync(file);
    for (const [version, mode] of [['..1', 'observe'], ['..2', 'enforce']] as const) {
      mkdirSync(join(directory, version));
      writeFileSync(join(directory, version, 'config.yaml'), text(mode));
    }
    symlinkSync('..1', join(directory, '..data'));
    symlinkSync('..data/config.yaml', file);
    await begin();
    symlinkSync('..2', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    rmSync(join(directory, '..1'), { recursive: true });
    await clock.advance(seconds(10));
    expect(live.current().mode).toBe('enforce');
    expect(changes.map(({ kind }) => kind)).toEqual(['accepted']);
  });

  test('what needs a restart keeps its old value and is named; everything else is in force', async () => {
    await begin();
    const before = live.current();
    writeFileSync(file, text('enforce', 'server: {address: 0.0.0.0:1}\nleaderElection: {leaseDuration: 60s}\nlogging: {level: warn, format: text}\n'));
    await clock.advance(seconds(10));
    expect(changes).toMatchObject([{ kind: 'accepted', restart: ['server.address', 'leaderElection', 'logging.format'] }]);
    expect(live.current()).toMatchObject({ mode: 'enforce', server: before.server, leaderElection: before.leaderElection, logging: { level: 'warn', format: 'json' } });
  });
});
