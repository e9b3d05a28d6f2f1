import { z } from 'zod';
import { always } from './across.ts';
import { complain, objectName, oneLine, text } from './setting.ts';

const machineId = text(new RegExp(`^(?![-\\s])(?=.{1,256}$)${oneLine.source.slice(1)}`, 'u'), {
  description: 'The machine of this node, given to its script as FENCE_ID: a server name or UUID, a chassis slot, an address.',
  allowed: 'one line of 1 to 256 characters that does not begin with - or a space',
});

/** Which machine a node is. Two nodes on one machine would mean that fencing one kills the other: refused. */
export const inventory = z
  .record(z.string().regex(objectName, 'write the name of a node: small letters, digits, - and .'), machineId)
  .prefault({})
  .describe('Node name → machine id. A node that is not listed is its own name. Kubelets cannot write here, so no node can choose which machine loses power.')
  .superRefine((machines: unknown, context) => {
    const nodes = new Map<string, string>();
    for (const [node, machine] of Object.entries(machines ?? {})) {
      if (typeof machine !== 'string') continue;
      const other = nodes.get(machine);
      if (other === undefined) nodes.set(machine, node);
      else complain(context, [node], `${machine} is the machine of ${other} as well: fencing one would switch off both`, 'give every node a machine of its own');
    }
  }, always);
