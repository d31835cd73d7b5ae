import type { AuditEntry } from './audit-entry.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

const STYLES = { info: 'dim', warning: 'yellow', critical: 'red' } as const;

/** One line for each entry, in columns: time, event, key, key ID, who, reason, message. */
export function auditLines(entries: readonly AuditEntry[], paint: Terminal['paint']): string[] {
  const rows = entries.map(({ time, event, key, keyId, who, reason, message }) =>
    [time, event, key, keyId, who, reason, message].map(printable),
  );
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row, index) => {
    const [time = '', event = '', ...rest] = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    const style = STYLES[entries[index]?.severity ?? 'info'];
    return [time, style === 'dim' ? event : paint(style, event), ...rest].join('  ').trimEnd();
  });
}
