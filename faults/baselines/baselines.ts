import type { RotateStep } from '../setting.ts';
import { awsTemplate } from './aws-template.ts';
import { createStoreDelete } from './create-store-delete.ts';
import { deactivateFirst } from './deactivate-first.ts';

/** Other ways to rotate a key, written by us from descriptions, under the same faults. */
export const BASELINES = {
  'aws-template': { rotate: awsTemplate, keepsPrevious: true },
  'create-store-delete': { rotate: createStoreDelete, keepsPrevious: false },
  'deactivate-first': { rotate: deactivateFirst, keepsPrevious: false },
} as const satisfies Record<string, { rotate: RotateStep; keepsPrevious: boolean }>;

export type BaselineName = keyof typeof BASELINES;
