import { strategies } from '../../strategies/index.ts';

const widest = Math.max(...strategies.map(({ name }) => name.length));

export const rebalanceHelp = `
Start here:
  evenkeel check --policy-config-file policy.yaml                   is the policy what you think it is?
  evenkeel rebalance --policy-config-file policy.yaml --dry-run     what would it do?
  evenkeel why pod shop/web-1 --policy-config-file policy.yaml      why would it do that, or why not?
  evenkeel rebalance --policy-config-file policy.yaml               do it once

Away from the cluster, on a copy of it:
  evenkeel snapshot -f cluster.json
  evenkeel rebalance --policy-config-file policy.yaml --snapshot cluster.json

A policy that spreads the replicas of every workload:
  apiVersion: descheduler/v1alpha2
  kind: DeschedulerPolicy
  profiles:
  - name: default
    pluginConfig: [{name: RemoveDuplicates}]
    plugins: {balance: {enabled: [RemoveDuplicates]}}

Strategies:
${strategies.map(({ name, summary }) => `  ${name.padEnd(widest)}   ${summary}`).join('\n')}

The other flags of the reference descheduler are accepted, so that its CronJob, Job and Deployment work with only the
image and the command changed.

Exit codes:
  0   done, also when a budget, an open fence or another run had priority, and after SIGTERM, which stops between
      two evictions
  1   failed: the cluster cannot be read, it cannot be told whether a fence is open, or a strategy could not work
      (the others did)
  2   the policy, the snapshot or a flag is wrong; nothing was done`;
