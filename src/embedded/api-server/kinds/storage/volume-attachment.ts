import { type Fields, field, fields, flag, optionalText, text, textMap, within } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { forbidden, immutable, invalid, required, tooLong } from '../causes.ts';
import { ageColumn, column, nameColumn, textAt } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { same } from '../same.ts';
import { wrongSubdomain } from '../syntax.ts';
import { checkDriverName } from './driver-name.ts';

export const volumeAttachments = builtIn({
  resource: builtInResources.volumeattachments,
  kind: 'VolumeAttachment',
  singular: 'volumeattachment',
  subresources: ['status'],
  statusKeepsMetadata: true,
  check: (attachment, current) => [
    ...checkSpec(fields(attachment.spec)),
    ...checkStatus(fields(attachment.status)),
    ...checkVolumeName(fields(attachment.spec)),
    ...(current === undefined || same(attachment.spec, current.spec) ? [] : [invalid('spec', attachment.spec, immutable)]),
  ],
  columns: [
    nameColumn, { ...column('Attacher', textAt(['spec', 'attacher'])), format: 'name' }, column('PV', textAt(['spec', 'source', 'persistentVolumeName'])),
    column('Node', textAt(['spec', 'nodeName'])), column('Attached', ({ status }: KubeObject) => flag(fields(status), 'attached'), 'boolean'), ageColumn,
  ],
});

function checkSpec(spec: Fields): Cause[] {
  const node = text(spec, 'nodeName');
  return [
    ...checkDriverName(text(spec, 'attacher'), 'spec.attacher'),
    ...checkSource(within(spec, 'source')),
    ...wrongSubdomain(node).map((problem) => invalid('spec.nodeName', node, problem)),
  ];
}

function checkSource(source: Fields): Cause[] {
  const [volume, inline] = [optionalText(source, 'persistentVolumeName'), field(source, 'inlineVolumeSpec')];
  const says = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (volume === undefined) return inline === undefined ? [required('spec.source', says)] : [];
  if (inline !== undefined) return [forbidden('spec.source', says)];
  return volume === '' ? [required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName')] : [];
}

function checkVolumeName(spec: Fields): Cause[] {
  const volume = optionalText(within(spec, 'source'), 'persistentVolumeName');
  return volume === undefined ? [] : wrongSubdomain(volume).map((problem) => invalid('spec.source.persistentVolumeName', volume, problem));
}

const largestMetadata = 256 * 1_024;
const longestMessage = 1_024;

function checkStatus(status: Fields): Cause[] {
  const size = Object.entries(textMap(status, 'attachmentMetadata')).flat().join('').length;
  return [
    ...(size > largestMetadata ? [tooLong('status.attachmentMetadata', largestMetadata)] : []),
    ...['attachError', 'detachError'].filter((name) => text(within(status, name), 'message').length > longestMessage).map((name) => tooLong(`status.${name}.message`, largestMetadata)),
  ];
}
