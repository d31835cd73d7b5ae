import type { Severity } from './audit-event.ts';
import { type Message, type MessageSetting, sinceOf, titleOf } from './message.ts';

/** A change of an alarm's state, as CloudWatch tells it. */
export interface AlarmChange {
  /** `rekey-<account>-<Name>`. */
  readonly name: string;
  readonly to: 'ALARM' | 'OK';
  /** ISO instant. */
  readonly at: string;
  /** What the infrastructure wrote into the alarm: what is wrong, severity, runbook, function; one a line. */
  readonly description: string;
  /** CloudWatch's own words. */
  readonly reason: string;
}

const OWNER = /^rekey-(.+)-([A-Za-z]+)$/;
/** The stack of what all exchange accounts share; the command line knows no such account. */
const SHARED = 'shared';

/** The message about an alarm, at its beginning and, as one short line, at its end. Total. */
export function alarmMessageOf(alarm: AlarmChange, { now, runbookUrl }: MessageSetting): Message {
  const [, owner = SHARED, about = alarm.name] = OWNER.exec(alarm.name) ?? [];
  const [wrong = '', ...lines] = alarm.description.split('\n');
  const field = (name: string) => lines.find((one) => one.startsWith(`${name}: `))?.slice(name.length + 2);
  const severity: Severity = field('Severity') === 'critical' ? 'critical' : 'warning';
  const isOver = alarm.to === 'OK';
  const runbook = field('Runbook') ?? `${runbookUrl}#the-first-minute`;
  return {
    id: `${alarm.name} ${alarm.at}`,
    incident: alarm.name,
    action: isOver ? 'resolve' : 'trigger',
    severity,
    account: owner,
    about,
    at: alarm.at,
    title: titleOf(severity, owner, isOver ? `${about} is over` : `alarm ${about}`),
    what: isOver ? `The alarm ${alarm.name} is over.` : wrong || `The alarm ${alarm.name} went off.`,
    since: sinceOf(alarm.at, now),
    did: isOver ? 'Nothing is to be done.' : 'Rekey only tells: nothing was changed.',
    next: isOver ? [] : [`npm run rekey -- status${owner === SHARED ? '' : ` ${owner}`}`],
    runbook,
    evidence: isOver ? [] : [`alarm: ${alarm.name}`, `reason: ${alarm.reason.slice(0, 300)}`],
  };
}
