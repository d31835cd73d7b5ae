import type { Summary } from './summary.ts';

/** The summary for people. */
export function tableOf({ incidents, notVisible, baselines, falseAlarmsPerMonth, ...run }: Summary): string {
  const rows = incidents.map((verdict) => [
    verdict.name,
    verdict.detected ? seconds(verdict.detectionSeconds) : 'NOT DETECTED',
    verdict.sign ?? '-',
    seconds(verdict.answerSeconds),
    verdict.harmBefore,
  ]);
  const unseen = notVisible.map(({ name }) => [name, 'not visible', '-', '-', '']);
  const reasons = incidents.flatMap(({ name, withoutAnswer }) =>
    withoutAnswer ? [`  ${name}: ${withoutAnswer}`] : [],
  );
  const alarms = baselines.flatMap(({ exchange, baseline, falseAlarms }) =>
    falseAlarms.map(({ at, event, reason }) => `  ${at} ${baseline} at ${exchange}: ${event} ${reason}`),
  );
  return [
    '',
    ...columns([
      ['incident', 'detected after', 'by', 'attacker powerless after', 'done before it was detected'],
      ...[...rows, ...unseen],
    ]),
    '',
    ...(reasons.length > 0 ? ['no answer:', ...reasons, ''] : []),
    ...(notVisible.length > 0
      ? ['not visible:', ...notVisible.map(({ name, reason }) => `  ${name}: ${reason}`), '']
      : []),
    ...columns([
      ['quiet month', 'orders', 'passes', 'rotations', 'false alarms'],
      ...baselines.map(({ exchange, baseline, did, falseAlarms }) => [
        `${baseline} at ${exchange}`,
        ...[did.orders, did.passes, did.rotations, falseAlarms.length].map(String),
      ]),
    ]),
    ...alarms,
    '',
    `${falseAlarmsPerMonth} false alarms a month and account; seed ${run.seed}, ${run.seconds} s`,
    '',
  ].join('\n');
}

function seconds(value: number | null): string {
  return value === null ? '-' : `${value} s`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
