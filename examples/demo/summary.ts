import Table from 'cli-table3';
import type { Stage } from './stage.ts';
import { drawTimeline } from './timeline.ts';

/** What the demo has shown. */
export interface Summary {
  readonly keysIssued: number;
  readonly keysPromoted: number;
  readonly keysRevoked: number;
  readonly orphansReaped: number;
  readonly botRequests: number;
  readonly botFailures: number;
  readonly alarms: readonly string[];
  readonly auditEvents: number;
  readonly seconds: number;
}

/** Counts from the audit trail, the bot and the alarms; `missing` names what was to be seen and was not. */
export function summarise(stage: Stage, seconds: number): { summary: Summary; missing: string[] } {
  const { tally } = stage;
  const summary: Summary = {
    keysIssued: tally.count('KeyIssued'),
    keysPromoted: tally.count('KeyPromoted'),
    keysRevoked: tally.count('KeyRevoked'),
    orphansReaped: tally.count('OrphanRevoked'),
    botRequests: stage.bot.requests,
    botFailures: stage.bot.failures,
    alarms: [...tally.alarms].sort(),
    auditEvents: tally.auditEvents,
    seconds: Math.round(seconds * 10) / 10,
  };
  return { summary, missing: findMissing(summary, stage) };
}

function findMissing(summary: Summary, { tally }: Stage): string[] {
  const seen: Record<string, boolean> = {
    'the manager key accepted': tally.count('ManagerAccepted') === 1,
    'four keys issued, verified and promoted':
      Math.min(summary.keysIssued, summary.keysPromoted, tally.count('KeyVerified')) >= 4,
    'three replaced keys revoked and proven dead': summary.keysRevoked >= 3,
    'an interrupted rotation and its orphan revoked':
      summary.orphansReaped >= 1 && tally.count('RotationFailed') >= 1,
    'the undeclared read noticed and answered':
      tally.count('UndeclaredRead') >= 1 && tally.count('EmergencyRotationStarted') >= 1,
    'the alarms for both': ['RotationFailed', 'UndeclaredReader'].every((name) =>
      summary.alarms.includes(`rekey-demo-${name}`),
    ),
    'a bot that traded all the time': summary.botRequests > 500,
    'no failed request of the bot': summary.botFailures === 0,
  };
  return Object.keys(seen).filter((what) => !seen[what]);
}

/** The table and the picture at the end. */
export function printSummary(summary: Summary, stage: Stage): void {
  const { screen, tally } = stage;
  screen.scene('The life of each key', '· issued   ━ current   ─ grace period   ✕ dead');
  for (const line of drawTimeline([...tally.lives.values()], stage.now())) screen.text(`  ${line}`);
  const table = new Table({ style: { head: [], border: [] } });
  table.push(
    [
      'keys issued / promoted / revoked',
      `${summary.keysIssued} / ${summary.keysPromoted} / ${summary.keysRevoked}`,
    ],
    ['orphans reaped', summary.orphansReaped],
    ["the bot's requests, and how many failed", `${summary.botRequests}, ${summary.botFailures}`],
    ['alarms fired', summary.alarms.join('\n')],
    ['audit events', summary.auditEvents],
    ['seconds', summary.seconds],
  );
  screen.scene('What was seen', '');
  screen.text(table.toString());
  screen.text(NEXT);
}

const NEXT = `
Where to look next
  npm run local                     the same, kept running; then: npm run rekey -- status --local
  examples/demo/rekey.config.ts     what was deployed
  lambda/core/rotation.ts           the life of a key in four steps
  lambda/core/reconcile.ts          what is looked at every five minutes
  docs/getting-started.md           into your own AWS account`;
