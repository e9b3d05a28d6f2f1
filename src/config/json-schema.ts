import { shapeOf } from './issues.ts';
import { configurationSchema } from './schema/configuration.ts';

/** The configuration as JSON Schema, for editors: names, kinds, defaults and descriptions. Bounds of durations are in words. */
export const configurationJsonSchema = (): object => ({ $id: 'https://evenkeel.dev/schemas/v1alpha1/configuration.json', title: 'evenkeel configuration', ...shapeOf(configurationSchema) });
