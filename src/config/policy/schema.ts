import { z } from 'zod';
import { flag, text, texts, uint } from '../../decide/rebalancing/args.ts';

const pluginSet = z.strictObject({ enabled: texts.optional(), disabled: texts.optional() });

const profile = z.strictObject({
  name: text.optional(),
  pluginConfig: z.array(z.strictObject({ name: text.optional(), args: z.unknown().optional() })).optional(),
  plugins: z
    .strictObject({
      presort: pluginSet.optional(),
      sort: pluginSet.optional(),
      deschedule: pluginSet.optional(),
      balance: pluginSet.optional(),
      filter: pluginSet.optional(),
      preevictionfilter: pluginSet.optional(),
    })
    .optional(),
});

const metricsProvider = z.strictObject({
  source: text.optional(),
  prometheus: z
    .strictObject({
      url: text.optional(),
      authToken: z.strictObject({ secretReference: z.strictObject({ namespace: text.optional(), name: text.optional() }).optional() }).optional(),
    })
    .optional(),
});

/** A `descheduler/v1alpha2` policy as written, outside the plugins' `args`. */
export const policySchema = z.strictObject({
  apiVersion: text.optional(),
  kind: text.optional(),
  profiles: z.array(profile).optional(),
  nodeSelector: text.optional(),
  maxNoOfPodsToEvictPerNode: uint.optional(),
  maxNoOfPodsToEvictPerNamespace: uint.optional(),
  maxNoOfPodsToEvictTotal: uint.optional(),
  gracePeriodSeconds: z.int('a whole number is required').optional(),
  evictionFailureEventNotification: flag.optional(),
  metricsCollector: z.strictObject({ enabled: flag.optional() }).optional(),
  metricsProviders: z.array(metricsProvider).optional(),
});

export type WrittenPolicy = z.infer<typeof policySchema>;
export type WrittenProfile = z.infer<typeof profile>;
