import type { NodeFence, NodeFenceSpec, NodeFenceStatus } from '../../model/nodefence.ts';
import { type Fields, field, fields, flag, identify, list, optionalText, text, wholeNumber, within } from './fields.ts';

/**
 * Reads a NodeFence. The CRD's schema holds the shape; where that schema is missing or older, absent parts read as the
 * least they can mean: no evidence, no plan, nothing recorded. Throws only for a missing name, UID or version.
 */
export function parseNodeFence(object: unknown): NodeFence {
  const { name, uid, resourceVersion, metadata } = identify('NodeFence', object);
  const creationTimestamp = optionalText(metadata, 'creationTimestamp');
  const deletionTimestamp = optionalText(metadata, 'deletionTimestamp');
  const status = parseStatus(within(fields(object), 'status'));
  return {
    apiVersion: 'evenkeel.dev/v1alpha1',
    kind: 'NodeFence',
    metadata: {
      name,
      uid,
      resourceVersion,
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: parseSpec(within(fields(object), 'spec')),
    ...(status === undefined ? {} : { status }),
  };
}

function parseSpec(spec: Fields): NodeFenceSpec {
  const method = optionalText(spec, 'method');
  const confirmed = within(spec, 'confirmedOff');
  return {
    nodeName: text(spec, 'nodeName'),
    nodeUID: text(spec, 'nodeUID'),
    bootID: text(spec, 'bootID'),
    machineID: text(spec, 'machineID'),
    attempt: wholeNumber(spec, 'attempt') ?? 0,
    reason: text(spec, 'reason'),
    requestedBy: text(spec, 'requestedBy'),
    ...(method === undefined ? {} : { method }),
    ...(text(confirmed, 'by') === '' ? {} : { confirmedOff: { by: text(confirmed, 'by'), at: text(confirmed, 'at'), expires: text(confirmed, 'expires') } }),
    ...(flag(spec, 'cancelled') ? { cancelled: true } : {}),
  };
}

/** A status without a phase is none: the record has not been taken up. */
function parseStatus(status: Fields): NodeFenceStatus | undefined {
  if (text(status, 'phase') === '') return undefined;
  const evidence = within(status, 'evidence');
  const policy = within(status, 'policy');
  const before = within(status, 'before');
  const filled = {
    ...status,
    reason: text(status, 'reason'),
    conditions: list(status, 'conditions'),
    evidence: { class: evidenceClass(text(evidence, 'class')), items: list(evidence, 'items') },
    level: wholeNumber(status, 'level') ?? 0,
    leaderEpoch: wholeNumber(status, 'leaderEpoch') ?? 0,
    policy: { ...policy, methods: list(policy, 'methods'), plan: list(policy, 'plan'), release: within(policy, 'release'), return: returnOf(policy) },
    identity: identityOf(within(status, 'identity')),
    before: { labels: within(before, 'labels'), taints: list(before, 'taints') },
    displaced: list(status, 'displaced'),
    timeline: list(status, 'timeline'),
  };
  return filled as unknown as NodeFenceStatus;
}

function evidenceClass(word: string): NodeFenceStatus['evidence']['class'] {
  return word === 'claimed' || word === 'rebooted' || word === 'off' ? word : 'none';
}

const identityOf = (identity: Fields): NodeFenceStatus['identity'] => ({
  systemUUID: text(identity, 'systemUUID'),
  machineID: text(identity, 'machineID'),
  leaseRenewTime: text(identity, 'leaseRenewTime'),
});

function returnOf(policy: Fields): Fields {
  const from = within(policy, 'return');
  const restore = within(from, 'restore');
  return { ...from, powerOn: field(from, 'powerOn') === true, restore: { labels: list(restore, 'labels'), taints: list(restore, 'taints') } };
}
