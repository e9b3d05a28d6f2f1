import { z } from 'zod';
import type { Configuration } from '../../model/configuration.ts';
import { always, entriesOf, memberOf } from './across.ts';
import { fencing } from './fencing.ts';
import { leaderElection, logging, rebalancing, server } from './general.ts';
import { complain, text } from './setting.ts';

/** The configuration file: every setting with its default, bounds and meaning. docs/configuration.md is compared with it. */
export const configurationSchema = z
  .strictObject({
    apiVersion: z.literal('evenkeel.dev/v1alpha1').describe('Version of this format.'),
    kind: z.literal('Configuration').describe('What this file is.'),
    clusterName: text(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/u, {
      description: 'Stands on every message that leaves the cluster. None does yet.',
      allowed: 'a name of up to 63 letters, digits, -, _ and .',
    }),
    mode: z.enum(['enforce', 'observe']).default('enforce').describe('`observe` decides and reports, and touches nothing.'),
    server,
    leaderElection,
    fencing,
    rebalancing,
    events: z.strictObject({}).default({}).describe('Routes and receivers for events. Nothing can be set here yet.'),
    logging,
  })
  .superRefine((value: unknown, context) => {
    const without = entriesOf(memberOf(memberOf(value, 'fencing'), 'methods')).length === 0;
    if (without && memberOf(value, 'mode') === 'enforce') complain(context, ['fencing', 'methods'], 'there is no way to fence, but mode is enforce', 'add a method, or write mode: observe');
  }, always)
  .transform(({ apiVersion: _version, kind: _kind, events: _events, ...settings }): Configuration => settings);
