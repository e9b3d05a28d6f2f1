import { type Command, Option } from 'commander';

/** Flags of the reference that mean nothing here. They are accepted, so that its manifests work unchanged, and named once. */
const withoutMeaning: readonly [flags: string, why: string][] = [
  ['-v, --v <level>', 'evenkeel always says what it evicts and why'],
  ['--vmodule <patterns>', 'there are no modules to choose'],
  ['--logging-format <format>', 'use -o json for output that programs read'],
  ['--log-flush-frequency <duration>', 'nothing is buffered'],
  ['--log-json-info-buffer-size <quantity>', 'nothing is buffered'],
  ['--log-json-split-stream [bool]', 'results go to stdout, everything else to stderr'],
  ['--log-text-info-buffer-size <quantity>', 'nothing is buffered'],
  ['--log-text-split-stream [bool]', 'results go to stdout, everything else to stderr'],
  ['--client-connection-qps <number>', 'evictions are sent one after the other and lists in pages: there is no throttle'],
  ['--client-connection-burst <number>', 'there is no throttle'],
  ['--disable-metrics [bool]', 'this command serves no metrics'],
  ['--secure-port <port>', 'this command serves nothing'],
  ['--bind-address <address>', 'this command serves nothing'],
  ['--cert-dir <directory>', 'this command serves nothing'],
  ['--tls-cert-file <file>', 'this command serves nothing'],
  ['--tls-private-key-file <file>', 'this command serves nothing'],
  ['--tls-cipher-suites <names>', 'this command serves nothing'],
  ['--tls-curve-preferences <names>', 'this command serves nothing'],
  ['--tls-min-version <version>', 'this command serves nothing'],
  ['--tls-sni-cert-key <files>', 'this command serves nothing'],
  ['--http2-max-streams-per-connection <number>', 'this command serves nothing'],
  ['--disable-http2-serving [bool]', 'this command serves nothing'],
  ['--enable-http2 [bool]', 'this command serves nothing'],
  ['--permit-address-sharing [bool]', 'this command serves nothing'],
  ['--permit-port-sharing [bool]', 'this command serves nothing'],
  ['--leader-elect [bool]', 'the Lease evenkeel-rebalance always keeps two runs apart'],
  ['--leader-elect-lease-duration <duration>', 'the Lease evenkeel-rebalance has its own times'],
  ['--leader-elect-renew-deadline <duration>', 'the Lease evenkeel-rebalance has its own times'],
  ['--leader-elect-retry-period <duration>', 'the Lease evenkeel-rebalance has its own times'],
  ['--leader-elect-resource-lock <kind>', 'the lock is always a Lease'],
  ['--leader-elect-resource-name <name>', 'the Lease is named evenkeel-rebalance'],
  ['--leader-elect-resource-namespace <namespace>', 'see --lease-namespace'],
  ['--otel-collector-endpoint <address>', 'there is no tracing'],
  ['--otel-transport-ca-cert <file>', 'there is no tracing'],
  ['--otel-service-name <name>', 'there is no tracing'],
  ['--otel-trace-namespace <name>', 'there is no tracing'],
  ['--otel-sample-rate <number>', 'there is no tracing'],
  ['--otel-fallback-no-op-on-error [bool]', 'there is no tracing'],
];

/** Adds them to a command, out of sight of its --help. */
export function acceptReferenceFlags(command: Command): Command {
  for (const [flags] of withoutMeaning) command.addOption(new Option(flags).hideHelp());
  return command;
}

/** One line for each such flag that was given. */
export function meaninglessFlags(given: Readonly<Record<string, unknown>>): string[] {
  return withoutMeaning.flatMap(([flags, why]) => {
    const option = new Option(flags);
    return given[option.attributeName()] === undefined ? [] : [`${option.long ?? flags} is accepted and has no effect: ${why}`];
  });
}
