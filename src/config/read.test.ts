import * as fc from 'fast-check';
import { validate } from 'node-cron';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Configuration } from '../model/configuration.ts';
import type { Complaint } from './complaint.ts';
import { readConfiguration, readConfigurationFile } from './read.ts';
import { readCron } from './schema/cron.ts';

const start = 'apiVersion: evenkeel.dev/v1alpha1\nkind: Configuration\nclusterName: test\n';
const method = '{name: m, script: s}';
const fencing = (settings: string): string => `${start}fencing:\n  scripts: {allowed: [s]}\n  methods: [${method}]\n${settings.replace(/^/gmu, '  ')}`;
const withMethod = (settings: string): string => `${start}fencing:\n  scripts: {allowed: [s]}\n  methods:\n  - name: m\n    script: s\n${settings.replace(/^/gmu, '    ')}`;
const observing = (settings: string): string => `${start}mode: observe\n${settings}`;

function complaintsOf(text: string): string[] {
  const read = readConfiguration(text, 'c.yaml');
  return 'complaints' in read ? read.complaints.map(({ text: line }) => line) : [];
}

function accepted(text: string): Configuration {
  const read = readConfiguration(text, 'c.yaml');
  if ('complaints' in read) throw new Error(read.complaints.map(({ text: line }) => line).join('\n'));
  return read.configuration;
}

test('fills in every default, in final units', () => {
  expect(accepted(fencing(''))).toEqual({
    clusterName: 'test',
    mode: 'enforce',
    server: { host: '127.0.0.1', port: 9808 },
    leaderElection: { enabled: true, namespace: 'evenkeel-system', name: 'evenkeel', leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 },
    fencing: {
      nodeSelector: { requirements: [{ key: 'fencing', operator: 'In', values: ['enabled'] }] },
      triggers: [{ condition: 'Ready', status: 'Unknown', for: 60_000 }],
      scripts: { directories: ['/etc/evenkeel/scripts'], allowed: ['s'] },
      inventory: {},
      methods: [{ name: 'm', script: 's', action: 'auto', timeout: 180_000, evidence: { statusReads: 3, statusOver: 5_000, within: 300_000 }, acceptClaimed: undefined, parameters: {} }],
      release: { deleteStuckPods: true, outOfService: true, deleteNodeAfter: 600_000 },
      return: { powerOn: true, probation: 120_000, restore: { labels: ['fencing', 'topology.kubernetes.io/zone'], taints: [] } },
      guards: { maxConcurrent: 1, maxUnhealthy: { kind: 'percent', percent: 40 }, startupGrace: 60_000, controlPlane: 'never' },
      history: { perNode: 5, keep: 30 * 86_400_000 },
    },
    rebalancing: { schedule: undefined, timeZone: undefined, afterRecovery: true, policyFile: undefined },
    logging: { level: 'info', format: 'json' },
  });
});

describe('accepts', () => {
  test.each<[string, string, (configuration: Configuration) => unknown, unknown]>([
    ['a threshold of 2s, for trying things out', fencing('triggers: [{for: 2s}]'), ({ fencing: { triggers } }) => triggers[0], { condition: 'Ready', status: 'Unknown', for: 2_000 }],
    ['a duration of several units', fencing('triggers: [{for: 1h30m}]'), ({ fencing: { triggers } }) => triggers[0]?.for, 5_400_000],
    ['the word off as an action', withMethod('action: off'), ({ fencing: { methods } }) => methods[0]?.action, 'off'],
    ['a selector as an object', fencing('nodeSelector: {matchLabels: {a: b}}'), (all) => all.fencing.nodeSelector, { requirements: [{ key: 'a', operator: 'In', values: ['b'] }] }],
    ['nodes whose claim is believed', withMethod('acceptClaimed: lab=yes'), ({ fencing: { methods } }) => methods[0]?.acceptClaimed, { requirements: [{ key: 'lab', operator: 'In', values: ['yes'] }] }],
    ['never to delete a Node', fencing('release: {deleteNodeAfter: never}'), (all) => all.fencing.release.deleteNodeAfter, 'never'],
    ['a count of nodes that may be down', fencing('guards: {maxUnhealthy: 3}'), (all) => all.fencing.guards.maxUnhealthy, { kind: 'count', nodes: 3 }],
    ['an IPv6 address', observing('server: {address: "[::]:0"}'), ({ server }) => server, { host: '::', port: 0 }],
    ['machine ids with any printable text', fencing('inventory: {w1: "rack 4/ü;$(x)"}'), (all) => all.fencing.inventory['w1'], 'rack 4/ü;$(x)'],
    ['a byte order mark and CRLF', `\uFEFF${observing('').replaceAll('\n', '\r\n')}`, ({ mode }) => mode, 'observe'],
    ['observe without a method', observing(''), (all) => all.fencing.methods, []],
  ])('%s', (_, text, pick, value) => {
    expect(pick(accepted(text))).toEqual(value);
  });
});

describe('refuses with place, problem and cure', () => {
  test.each<[string, string, string]>([
    ['syntax errors', 'a: [1', 'c.yaml:1:6  this is not YAML: '],
    ['a syntax error in a text with control characters', '| a\t', 'c.yaml:1:3  this is not YAML: Not a YAML token: a; correct the line'],
    ['tabs', '\ta: 1', 'c.yaml:1:1  a tab is used to indent; indent with spaces'],
    ['an unknown setting', observing('mod: x'), 'c.yaml:5:1  mod: no such setting; did you mean mode?'],
    ['wrong case', observing('Server: {}'), 'c.yaml:5:1  Server: no such setting; did you mean server?'],
    ['a setting in the wrong block', fencing('maxConcurrent: 1'), 'c.yaml:7:3  fencing.maxConcurrent: no such setting; remove it, or write one of nodeSelector, '],
    ['a duplicate key', observing('mode: enforce'), 'c.yaml:5:1  mode: the key is written twice; keep one of them'],
    ['a boolean where a word belongs', observing('logging: {level: true}'), 'c.yaml:5:18  logging.level: true is not allowed here; write one of trace, debug, info, warn, error'],
    ['a word where a boolean belongs', observing('leaderElection: {enabled: yes}'), 'c.yaml:5:27  leaderElection.enabled: "yes" is neither true nor false; write true or false'],
    ['a leading zero', fencing('guards: {maxConcurrent: 012}'), 'c.yaml:7:27  fencing.guards.maxConcurrent: 012 is a number that readers understand differently; write 12'],
    ['an exponent', fencing('guards: {maxConcurrent: 1e1}'), 'c.yaml:7:27  fencing.guards.maxConcurrent: 1e1 is a number'],
    ['a number of 20 digits', fencing('guards: {maxConcurrent: 99999999999999999999}'), 'c.yaml:7:27  fencing.guards.maxConcurrent: 100000000000000000000 is more than the allowed 100; write a whole number from 1 to 100'],
    ['a fraction', fencing('guards: {maxConcurrent: 1.5}'), 'c.yaml:7:27  fencing.guards.maxConcurrent: 1.5 is not a whole number; write a whole number from 1 to 100'],
    ['a threshold of 0', fencing('triggers: [{for: 0s}]'), 'c.yaml:7:20  fencing.triggers[0].for: 0s is shorter than the allowed 1s; write 1s or more'],
    ['a threshold of a week', fencing('triggers: [{for: 7d}]'), 'c.yaml:7:20  fencing.triggers[0].for: 7d is longer than the allowed 24h; write 24h or less'],
    ['a duration without a unit', fencing('triggers: [{for: 60}]'), 'c.yaml:7:20  fencing.triggers[0].for: 60 has no unit; write 60s if seconds are meant'],
    ['a duration with a colon', fencing('triggers: [{for: 12:30:45}]'), 'c.yaml:7:20  fencing.triggers[0].for: "12:30:45" is not a duration; write a whole number with a unit'],
    ['a negative duration', withMethod('timeout: -5s'), 'c.yaml:9:14  fencing.methods[0].timeout: "-5s" is not a duration'],
    ['an infinite duration', withMethod('timeout: .inf'), 'c.yaml:9:14  fencing.methods[0].timeout: .inf is a number that readers understand differently; write a finite number'],
    ['a timeout of more than an hour', withMethod('timeout: 25h'), 'c.yaml:9:14  fencing.methods[0].timeout: 25h is longer than the allowed 1h; write 1h or less'],
    ['no trigger that could ever fence', fencing('triggers: [{status: "False", for: 60s}]'), 'c.yaml:7:13  fencing.triggers: no trigger has status Unknown'],
    ['0 percent', fencing('guards: {maxUnhealthy: 0%}'), 'c.yaml:7:26  fencing.guards.maxUnhealthy: "0%" is not allowed; write a percentage from 1% to 99%'],
    ['150 percent', fencing('guards: {maxUnhealthy: 150%}'), 'c.yaml:7:26  fencing.guards.maxUnhealthy: "150%" is not allowed'],
    ['an alias', observing('a: *x'), 'c.yaml:5:4  a: the alias *x stands for another part of the file'],
    ['a cyclic alias', observing('server: &x {address: *x}'), 'c.yaml:5:12  server: the anchor &x has no use here; remove it'],
    ['a second document', `${observing('')}---\nmode: enforce\n`, 'c.yaml:5:1  a second document begins here; keep one document'],
    ['an unknown tag', observing('server: !!js/function x'), 'c.yaml:5:23  server: the tag !!js/function is not allowed'],
    ['a tag of YAML itself', observing('clusterName2: !!str x'), 'c.yaml:5:21  clusterName2: the tag !!str is not allowed'],
    ['a merge key', observing('<<: {mode: enforce}'), 'c.yaml:5:1  ["<<"]: no such setting'],
    ['another YAML version', `%YAML 1.1\n---\n${observing('')}`, 'c.yaml:1:1  a % directive changes what the file means'],
    ['__proto__', observing('__proto__: {mode: enforce}'), 'c.yaml:5:1  no such setting as __proto__'],
    ['constructor, in a map of names', fencing('inventory: {constructor: x}'), 'c.yaml:7:15  fencing.inventory: no such setting as constructor'],
    ['a key that is a list', observing('? [a]\n: b'), 'c.yaml:5:3  a key is not a plain word'],
    ['a key that is a number', fencing('inventory: {1: x}'), 'c.yaml:7:15  fencing.inventory: the key 1 is not text; write "1" in quotes'],
    ['a control character', observing('# \u001b[2J'), 'c.yaml:5:3  the control character U+001B; remove it'],
    ['an escaped NUL', fencing('inventory: {w1: "a\\0b"}'), 'c.yaml:7:19  fencing.inventory.w1: the text contains a control character; remove it'],
    ['an empty file', '', 'c.yaml  the file is empty'],
    ['null', 'null', 'c.yaml:1:1  nothing is written; write a block with apiVersion, '],
    ['a list', '[]', 'c.yaml:1:1  a list is not a block of settings'],
    ['a word', 'hello', 'c.yaml:1:1  "hello" is not a block of settings'],
    ['another kind', 'apiVersion: evenkeel.dev/v1alpha1\nkind: ConfigMap\nclusterName: x', 'c.yaml:2:7  kind: "ConfigMap" is not allowed here; write Configuration'],
    ['another version', 'apiVersion: evenkeel.dev/v1\nkind: Configuration\nclusterName: x', 'c.yaml:1:13  apiVersion: "evenkeel.dev/v1" is not allowed here; write evenkeel.dev/v1alpha1'],
    ['an empty block', observing('logging:'), 'c.yaml:5:9  logging: nothing is written; write a block with level, format, or remove the line'],
    ['control-plane nodes that could go two at a time', fencing('guards: {controlPlane: one-at-a-time, maxConcurrent: 2}'), 'c.yaml:7:26  fencing.guards.controlPlane: one-at-a-time cannot be held with maxConcurrent 2 yet'],
    ['a selector that selects every node', fencing('nodeSelector: ""'), 'c.yaml:7:17  fencing.nodeSelector: an empty selector would select every node'],
    ['an empty selector object', withMethod('acceptClaimed: {}'), 'c.yaml:9:20  fencing.methods[0].acceptClaimed: an empty selector would select every node'],
    ['a misspelt selector object', fencing('nodeSelector: {matchlabels: {a: b}}'), 'c.yaml:7:17  fencing.nodeSelector: a selector has no "matchlabels"; did you mean matchLabels?'],
    ['a selector that cannot be read', fencing('nodeSelector: a=b=c'), 'c.yaml:7:17  fencing.nodeSelector: cannot read "a=b=c" as a label requirement'],
    ['two nodes on one machine', fencing('inventory: {w1: m, w2: m}'), 'c.yaml:7:26  fencing.inventory.w2: m is the machine of w1 as well: fencing one would switch off both'],
    ['a node name that Kubernetes would refuse', fencing('inventory: {"../x": m}'), 'c.yaml:7:15  fencing.inventory["../x"]: "../x" cannot be a name here'],
    ['a machine id that a program would read as an option', fencing('inventory: {w1: --all}'), 'c.yaml:7:19  fencing.inventory.w1: "--all" is not allowed'],
    ['a machine id that is a number', fencing('inventory: {w1: 42}'), 'c.yaml:7:19  fencing.inventory.w1: 42 is not text; write "42" in quotes'],
    ['an invisible line break in a machine id', fencing('inventory: {w1: "a\\u2028b"}'), 'c.yaml:7:19  fencing.inventory.w1: "a\uFFFDb" is not allowed'],
    ['a script that is not allowed', fencing('').replace('[s]', '[other]'), 'c.yaml:6:31  fencing.methods[0].script: s is not in fencing.scripts.allowed; add it there, or write other'],
    ['a script that is a path', fencing('').replace('[s]', '[../s]'), 'c.yaml:5:23  fencing.scripts.allowed[0]: "../s" is not allowed'],
    ['a directory that is not absolute', fencing('').replace('{allowed', '{directories: [x/../y], allowed'), 'c.yaml:5:27  fencing.scripts.directories[0]: "x/../y" is not allowed; write a path that begins with /'],
    ['two methods of one name', fencing('').replace(method, `${method}, ${method}`), 'c.yaml:6:42  fencing.methods[1].name: methods[0] is called m as well'],
    ['a parameter name that is no variable', withMethod('parameters: {LD-PRELOAD: x}'), 'c.yaml:9:18  fencing.methods[0].parameters.LD-PRELOAD: "LD-PRELOAD" cannot be a name here'],
    ['a parameter of several lines', withMethod('parameters: {a: "b\\nc"}'), 'c.yaml:9:21  fencing.methods[0].parameters.a: "b\\nc" is not allowed; write one line of text'],
    ['one reading as proof', withMethod('evidence: {statusReads: 1}'), 'c.yaml:9:29  fencing.methods[0].evidence.statusReads: 1 is less than the allowed 2'],
    ['readings that never fit', withMethod('evidence: {statusOver: 10s, within: 10s}'), 'c.yaml:9:41  fencing.methods[0].evidence.within: 10s leaves no time for readings over statusOver 10s'],
    ['a leader that stops too late', observing('leaderElection: {renewDeadline: 15s}'), 'c.yaml:5:33  leaderElection.renewDeadline: 15s is not shorter than leaseDuration 15s'],
    ['a retry that comes too late', observing('leaderElection: {retryPeriod: 10s}'), 'c.yaml:5:31  leaderElection.retryPeriod: 10s is not shorter than renewDeadline 10s'],
    ['a Lease of a fraction of a second', observing('leaderElection: {leaseDuration: 15s500ms}'), 'c.yaml:5:33  leaderElection.leaseDuration: 15.5s is not a whole number of seconds'],
    ['a managed key to restore', fencing('return: {restore: {taints: [node.kubernetes.io/unreachable]}}'), 'c.yaml:7:31  fencing.return.restore.taints[0]: node.kubernetes.io/unreachable is managed by Kubernetes'],
    ['an address without a port', observing('server: {address: localhost}'), 'c.yaml:5:19  server.address: "localhost" is not an address with a port'],
    ['a port that does not exist', observing('server: {address: localhost:65536}'), 'c.yaml:5:19  server.address: 65536 is not a port'],
    ['a time zone that does not exist', observing('rebalancing: {timeZone: Asia/Tokio}'), 'c.yaml:5:25  rebalancing.timeZone: "Asia/Tokio" is not a time zone'],
    ['a schedule without a policy', observing('rebalancing: {schedule: "* * * * *"}'), 'c.yaml:5:25  rebalancing.schedule: there is no policyFile to run on this schedule'],
    ['a schedule of four fields', observing('rebalancing: {schedule: "* * * *"}'), 'c.yaml:5:25  rebalancing.schedule: "* * * *" has 4 fields'],
    ['enforce without a method', start, 'c.yaml:1:1  fencing.methods: there is no way to fence, but mode is enforce'],
    ['settings that do not exist yet', observing('events: {routes: []}'), 'c.yaml:5:10  events.routes: no such setting; remove it'],
  ])('%s', (_, text, complaint) => {
    const complaints = complaintsOf(text);
    const found = complaints.find((line) => line.startsWith(complaint));
    expect(found ?? complaints).toBeTypeOf('string');
    expect(found).toMatch(/; (?:write|remove|did you mean|add|keep|give|indent|correct|shorten|name)/u);
  });

  test('every problem at once, in the order of the file', () => {
    const text = fencing('triggers: [{for: 0s}]\ninventory: {w1: m, w2: m}\nguards: {maxUnhealthy: 0%}').replace('[s]', '[t]').replace('clusterName: test', 'clusterName: ""');
    expect(complaintsOf(text).map((line) => line.split(' ', 1)[0])).toEqual(['c.yaml:3:14', 'c.yaml:6:31', 'c.yaml:7:20', 'c.yaml:8:26', 'c.yaml:9:26']);
  });
});

describe('hostile sizes are refused at once', () => {
  test.each<[string, string]>([
    ['64,000 keys', Array.from({ length: 64_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['30,000 entries on one line', `{${'a,'.repeat(30_000)}}`],
    ['65,000 open brackets', '['.repeat(65_000)],
    ['3,000 nested lists', `${'- '.repeat(3_000)}a`],
    ['5,000 keys of one name', 'a: 1\n'.repeat(4_900)],
  ])('%s', (_, text) => {
    const begun = performance.now();
    expect(complaintsOf(text).length).toBeGreaterThan(0);
    expect(complaintsOf(text).length).toBeLessThanOrEqual(100);
    // 64,000 keys took the parser's own search for duplicates 25 s.
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

describe('files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-config-'));
  beforeAll(() => {
    mkdirSync(join(directory, 'folder'));
    writeFileSync(join(directory, 'good.yaml'), observing(''));
    writeFileSync(join(directory, 'latin1.yaml'), Buffer.from(observing('# \u00fc'), 'latin1'));
    writeFileSync(join(directory, 'large.yaml'), `${observing('')}# ${'x'.repeat(70_000)}\n`);
    writeFileSync(join(directory, 'secret.yaml'), observing(''));
    chmodSync(join(directory, 'secret.yaml'), 0o000);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each([
    ['missing.yaml', 'there is no such file; check the path'],
    ['folder', 'it is a directory; name the file itself'],
    ['good.yaml/x', 'a part of the path is not a directory; check the path'],
    ['latin1.yaml', 'the file is not UTF-8 text; save it as UTF-8'],
    ['large.yaml', 'bytes, more than the allowed 65536 (64 KiB); shorten it'],
  ])('%s is a complaint', (name, problem) => {
    const read = readConfigurationFile(join(directory, name));
    expect('complaints' in read ? read.complaints[0]?.text : 'accepted').toContain(problem);
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read is a complaint', () => {
    expect(readConfigurationFile(join(directory, 'secret.yaml'))).toMatchObject({ complaints: [{ problem: 'this user may not read the file' }] });
  });

  test('a good one is read', () => {
    expect(readConfigurationFile(join(directory, 'good.yaml'))).toHaveProperty('configuration.clusterName', 'test');
  });
});

describe('whatever is written, the answer is a configuration or complaints with a place', () => {
  const answersIn = (text: string): boolean => {
    const read = readConfiguration(text, 'c.yaml');
    if ('configuration' in read) return true;
    const lines = text.split('\n').length;
    const wellFormed = ({ line, column, text: shown, problem, cure }: Complaint): boolean =>
      (line === 0 || (line >= 1 && line <= lines + 1 && column >= 1)) && problem !== '' && cure !== '' && !/\p{Cc}|undefined|\[object/u.test(shown);
    return read.complaints.length > 0 && read.complaints.every(wellFormed);
  };

  test('for any text', () => {
    const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }), fc.stringMatching(/^(?:[a-z]{1,3}|[:\-?,[\]{}#&*!|>'"%@` \n\t]){0,60}$/u));
    expect(fc.check(fc.property(any, answersIn), { numRuns: 500 })).toMatchObject({ failed: false });
  });

  test('for any value at any setting', () => {
    const leaf = fc.oneof(fc.constantFrom('30s', '5m', '', 'off', 'fencing=enabled', '40%', 's', 'm', '__proto__'), fc.string({ maxLength: 12 }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
    const any = fc.letrec((tie) => ({ value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.oneof(fc.string({ maxLength: 6 }), names), tie('value'), { maxKeys: 5 })) })).value;
    const property = fc.property(fc.dictionary(names, any, { maxKeys: 6 }), (settings) => answersIn(JSON.stringify({ apiVersion: 'evenkeel.dev/v1alpha1', kind: 'Configuration', clusterName: 'x', ...settings })));
    expect(fc.check(property, { numRuns: 500 })).toMatchObject({ failed: false });
  });

  const names = fc.constantFrom('fencing', 'server', 'mode', 'rebalancing', 'leaderElection', 'logging', 'methods', 'scripts', 'allowed', 'name', 'script', 'evidence', 'statusOver', 'within', 'inventory', 'guards', 'maxUnhealthy', 'triggers', 'for', 'nodeSelector', 'matchLabels', 'return', 'restore', 'labels', 'schedule', 'policyFile', 'leaseDuration', 'renewDeadline', 'parameters');
});

describe('schedules', () => {
  test.each(['*/3 * * * *', '0 4 * * 1-5', '0,30 8-18/2 1,15 jan-mar sun', '59 23 31 12 7', '0 0 29 2 *', '0 0 * * *'])('%s is accepted, and node-cron knows it', (schedule) => {
    expect(readCron(schedule)).toEqual({ value: schedule });
    expect(validate(schedule)).toBe(true);
  });

  test.each(['', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 8', '*/0 * * * *', '*/60 * * * *', '5/10 * * * *', '5-1 * * * *', '1,,2 * * * *', 'a * * * *', '0 0 30 2 *', '0 0 30 2 mon', '0 0 31 4,6 *', '@daily', '1-2-3 * * * *', '-1 * * * *'])('%j is refused', (schedule) => {
    expect(readCron(schedule)).toHaveProperty('cure');
  });

  test('node-cron knows every schedule that is accepted', () => {
    const field = fc.stringMatching(/^(?:\*|\d{1,2}|\d{1,2}-\d{1,2})(?:\/\d{1,2})?(?:,(?:\d{1,2}|mon|jan))?$/u);
    const property = fc.property(fc.tuple(field, field, field, field, field), (fields) => {
      const read = readCron(fields.join(' '));
      return !('value' in read) || validate(read.value);
    });
    expect(fc.check(property, { numRuns: 1_000 })).toMatchObject({ failed: false });
  });
});
