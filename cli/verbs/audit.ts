import { MANAGER_KEY_NAME } from '../../lambda/contract.ts';
import { type AuditEntry, parseAuditEntry } from '../audit-entry.ts';
import { auditLines } from '../audit-report.ts';
import type { AuditTrail } from '../cloud.ts';
import { BadInputError } from '../problem.ts';
import { parseSpan } from '../time-span.ts';
import type { ExitCode, Host, Input, Verb } from '../verb.ts';

const DEFAULT_SINCE = '7d';

export const audit: Verb = {
  name: 'audit',
  argument: '[account/key]',
  argumentSummary: 'key, as in the configuration, or <account>/manager; everything if left out',
  summary:
    'show what happened, oldest first: acts, failures and findings, and what Secrets Manager itself recorded',
  options: [
    { flags: '--since <span>', summary: 'how far back: minutes, hours or days', default: DEFAULT_SINCE },
    { flags: '--json', summary: 'print the stored events, one JSON object a line' },
  ],
  run,
};

async function run({ argument, options }: Input, host: Host): Promise<ExitCode> {
  const { local, json, since = DEFAULT_SINCE } = options;
  const spanMs = parseSpan(since);
  if (spanMs === undefined)
    throw new BadInputError('--since wants a number and m, h or d, for example 24h or 7d');
  const declared = await host.readDeclared(options);
  if (argument !== undefined) declared.getKey(argument, [MANAGER_KEY_NAME]);
  const cloud = await host.connect(local);
  const { entries, unreadable } = await collect(cloud.audit, new Date(host.now().getTime() - spanMs));
  const shown = entries.filter(({ key }) => argument === undefined || key === argument);
  show(shown, { ...host, json: json === true });
  if (unreadable > 0)
    host.terminal.warn(`${unreadable} lines of the log are no events that Rekey knows; left out`);
  if (shown.length === 0) host.terminal.warn(`no events within ${since}; look further back with --since`);
  return 0;
}

/** A fact may be told again; the earliest telling has its time. */
async function collect(
  trail: AuditTrail,
  since: Date,
): Promise<{ entries: AuditEntry[]; unreadable: number }> {
  const byId = new Map<string, AuditEntry>();
  let unreadable = 0;
  for await (const line of trail.read(since)) {
    const entry = parseAuditEntry(line);
    if (entry) byId.set(entry.id, earlier(entry, byId.get(entry.id)));
    else unreadable += 1;
  }
  return { entries: [...byId.values()].sort((a, b) => a.at.getTime() - b.at.getTime()), unreadable };
}

function earlier(entry: AuditEntry, known: AuditEntry | undefined): AuditEntry {
  return known && known.at <= entry.at ? known : entry;
}

function show(entries: readonly AuditEntry[], { terminal, json }: Host & { json: boolean }): void {
  const lines = json
    ? entries.map(({ stored }) => JSON.stringify(stored))
    : auditLines(entries, terminal.paint);
  for (const line of lines) terminal.print(line);
}
