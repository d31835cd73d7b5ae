import { ACCOUNT_ALARMS } from '../alarms/alarm-list.ts';

/** Alarms that no audit event tells: notify tells these, and leaves out all others. */
export const TOLD_BY_ALARM_ONLY: readonly string[] = ACCOUNT_ALARMS.filter(
  ({ toldBy }) => toldBy.length === 0,
).map(({ name }) => name);
