import type { Case } from '../case.ts';
import { customCases, definitionCases } from './custom.ts';
import { otherCases } from './others.ts';
import { podCases, podStates } from './pods.ts';
import { storageCases } from './storage.ts';
import { workloadCases } from './workloads.ts';

export const cases: readonly Case[] = [...otherCases, ...podCases, ...podStates, ...workloadCases, ...storageCases, ...definitionCases, ...customCases];
