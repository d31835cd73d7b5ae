import { DEAD_LETTERS } from '../alarms/alarm-list.ts';

/** Alarms that no audit event tells: notify tells these, and leaves out all others. */
export const TOLD_BY_ALARM_ONLY: readonly string[] = ['UnusualReads', 'ReconcileSilent', DEAD_LETTERS.name];
