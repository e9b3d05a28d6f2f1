import type { NodeRecord, Taint } from '../../model/cluster.ts';
import type { Labels } from '../../model/configuration.ts';
import { type Sharing, unshared } from '../sharing.ts';
import { type Fields, field, fields, flag, identify, list, optionalText, someOf, text, textMap, time, within } from './fields.ts';

/**
 * More labels than any honest node has. A kubelet may give its own node 20,000; those beyond are left out, ours never.
 */
const mostLabels = 500;

/** A kubelet may write a megabyte where a UUID belongs. The CRD keeps no more either. */
const longestIdentifier = 128;

/** Prunes a Node. Nothing in it can throw but a missing name, UID or version; nothing missing reads as "dead". */
export function parseNode(object: unknown, share: Sharing = unshared): NodeRecord {
  const { name, uid, resourceVersion, metadata } = identify('Node', object);
  const spec = within(fields(object), 'spec');
  const status = within(fields(object), 'status');
  const info = within(status, 'nodeInfo');
  const identifier = (field: string): string => text(info, field).slice(0, longestIdentifier);
  return {
    name,
    uid,
    resourceVersion,
    labels: bounded(textMap(metadata, 'labels')),
    annotations: someOf(textMap(metadata, 'annotations'), (key) => key.startsWith('evenkeel.dev/') || key.startsWith('volumes.kubernetes.io/')),
    createdAt: time(metadata, 'creationTimestamp'),
    deleting: field(metadata, 'deletionTimestamp') !== undefined && field(metadata, 'deletionTimestamp') !== null,
    unschedulable: flag(spec, 'unschedulable'),
    taints: share(taintsOf(spec)),
    ready: readiness(status),
    bootID: identifier('bootID'),
    systemUUID: identifier('systemUUID'),
    machineID: identifier('machineID'),
    allocatable: share(textMap(status, 'allocatable')),
    capacity: share(textMap(status, 'capacity')),
    volumesAttached: list(status, 'volumesAttached').map((volume) => text(fields(volume), 'name')).filter((volume) => volume !== ''),
  };
}

/** Status of the condition Ready. None, two of them, or a word that Kubernetes does not use: nobody knows. */
function readiness(status: Fields): NodeRecord['ready'] {
  const found = list(status, 'conditions').map(fields).filter((condition) => text(condition, 'type') === 'Ready');
  const value = found.length === 1 && found[0] !== undefined ? text(found[0], 'status') : '';
  return value === 'True' || value === 'False' || value === 'Unknown' ? value : undefined;
}

const effects: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] satisfies Taint['effect'][];

function taintsOf(spec: Fields): readonly Taint[] {
  return list(spec, 'taints').flatMap((each) => {
    const taint = fields(each);
    const key = text(taint, 'key');
    const effect = text(taint, 'effect');
    if (key === '' || !effects.includes(effect)) return [];
    const value = optionalText(taint, 'value');
    const timeAdded = optionalText(taint, 'timeAdded');
    return [{ key, effect: effect as Taint['effect'], ...(value === undefined ? {} : { value }), ...(timeAdded === undefined ? {} : { timeAdded }) }];
  });
}

function bounded(labels: Labels): Labels {
  const keys = Object.keys(labels);
  if (keys.length <= mostLabels) return labels;
  const ours = keys.filter((key) => key === 'fencing' || key.startsWith('evenkeel.dev/')).slice(0, mostLabels);
  const kept = new Set([...ours, ...keys.filter(isWellKnown), ...keys].slice(0, mostLabels + ours.length));
  return someOf(labels, (key) => kept.has(key));
}

const isWellKnown = (key: string): boolean => /^(?:[a-z-]+\.)*kubernetes\.io\//u.test(key);
