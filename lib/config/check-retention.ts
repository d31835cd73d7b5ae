import type { Problem } from './problem.ts';
import type { FullConfig } from './schema.ts';
import { minutesOf, type TimeSpan } from './time-span.ts';

/**
 * What CloudWatch Logs can keep, in days.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html (2026-11)
 */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The spans that CloudWatch Logs and the archive cannot keep. */
export function checkRetention({ retention }: FullConfig): Problem[] {
  const logs = (['auditLog', 'functionLogs'] as const).filter(
    (field) => !LOG_DAYS.includes(daysOf(retention[field])),
  );
  const allowed = `what CloudWatch Logs can keep, in days: ${LOG_DAYS.join(', ')}`;
  const wholeDays = Number.isInteger(daysOf(retention.archive));
  return [
    ...logs.map((field) => ({ path: ['retention', field], got: retention[field], allowed })),
    ...(wholeDays ? [] : [{ path: ['retention', 'archive'], got: retention.archive, allowed: 'whole days' }]),
  ];
}

/** Length in days; not always a whole number. */
export function daysOf(span: TimeSpan): number {
  return minutesOf(span) / 1440;
}
