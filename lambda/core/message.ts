import { adviceOn, type Target } from './advice.ts';
import { AUDIT_EVENTS, type AuditEvent, type AuditEventName, type Severity } from './audit-event.ts';
import { factId } from './derivation.ts';

/** What a person is told about one fact, in parts; each channel puts them together as it can. */
export interface Message {
  /** The same fact has the same id. */
  readonly id: string;
  /** The same finding has the same incident on every day and at every attempt; an alarm has its own. */
  readonly incident: string;
  /** Whether the incident begins or goes on, or is over. */
  readonly action: 'trigger' | 'resolve';
  readonly severity: Severity;
  readonly account: string;
  /** Name of the declared key. */
  readonly key?: string;
  /** Name of the audit event or of the alarm. */
  readonly about: string;
  /** ISO instant of the fact. */
  readonly at: string;
  /** One line: how urgent, where, what. */
  readonly title: string;
  readonly what: string;
  /** Since when, in UTC, and how long ago. */
  readonly since: string;
  /** What Rekey already did. */
  readonly did: string;
  /** Commands, the most urgent first. */
  readonly next: readonly string[];
  /** Address of the article in the runbook. */
  readonly runbook: string;
  /** Short lines `name: value`. */
  readonly evidence: readonly string[];
}

/** When the message is written, and where the runbook is. */
export interface MessageSetting {
  readonly now: Date;
  /** Without an anchor. */
  readonly runbookUrl: string;
}

/** What happens once is an incident by itself; whatever else recurs is one incident as long as it lasts. */
const ACTS: ReadonlySet<AuditEventName> = new Set([
  'OrphanRevoked',
  'PendingAbandoned',
  'EmergencyRotationStarted',
  'ManagerRefused',
  'StopOrdered',
  'KeyResumed',
  'SubAccountUnfrozen',
  'UnexpectedMovement',
  'UndeclaredOrder',
]);

/**
 * The message about an audit event. Total: any event gives one, also one that somebody else put on the bus. The
 * event holds no secret, and nothing else goes in; names are put into commands only if they look like names.
 */
export function messageOf(event: AuditEvent, { now, runbookUrl }: MessageSetting): Message {
  const { account, key, severity, message } = event;
  const advice = adviceOn(event.event);
  const target = targetOf(event);
  return {
    id: event.id,
    incident: incidentOf(event),
    action: 'trigger',
    severity,
    account: line(account, 40),
    ...(key !== undefined && { key: line(key, 60) }),
    about: line(event.event, 60),
    at: event.at,
    title: titleOf(severity, nameOf(event), advice.headline),
    what: sentence(message || AUDIT_EVENTS[event.event] || 'something happened that has no words'),
    since: sinceOf(event.since ?? event.at, now),
    did: advice.did(event),
    next: advice.next.map((step) => step(target)),
    runbook: `${runbookUrl}#${advice.article}`,
    evidence: evidenceOf(event),
  };
}

/** Key, or sub-account, within its account. */
function nameOf({ account, key, subAccount }: AuditEvent): string {
  const within = key ?? (subAccount === undefined ? undefined : `sub-account ${subAccount}`);
  return line(within === undefined ? account : `${account}/${within}`, 62);
}

/** `CRITICAL main/grid-bot: somebody undeclared read the secret`. */
export function titleOf(severity: Severity, name: string, headline: string): string {
  return `${severity.toUpperCase()} ${name}: ${headline}`;
}

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Commands are copied at night: what does not look like a name is left to the reader. */
function targetOf({ account, key, answer }: AuditEvent): Target {
  return {
    account: NAME.test(account) ? account : '<account>',
    key: key === undefined || NAME.test(key) ? key : '<key>',
    answer,
  };
}

/** Which finding it is, whenever it is told: the id of the fact without its day, attempt or reader's record. */
function incidentOf(event: AuditEvent): string {
  if (ACTS.has(event.event)) return event.id;
  const { account, key = '', subAccount = '', keyId = '', reason, sourceAddress = '' } = event;
  const reader = event.event === 'UndeclaredRead' || event.event === 'DeniedRead' ? event.who : '';
  return factId(account, event.event, key, subAccount, keyId, reason, reader, sourceAddress);
}

/** `since 2026-11-26 03:02 UTC, 4 minutes ago`. */
export function sinceOf(instant: string, now: Date): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return 'since when is not known';
  const minutes = Math.floor((now.getTime() - at.getTime()) / 60_000);
  return `since ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${ago(minutes)}`;
}

function ago(minutes: number): string {
  if (minutes < 1) return 'just now';
  if (minutes < 120) return `${minutes} minute${minutes === 1 ? '' : 's'} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.floor(hours / 24)} days ago`;
}

const MOST_EVIDENCE = 12;

function evidenceOf(event: AuditEvent): string[] {
  const { keyId, who, sourceAddress, reason, exchange, evidence = {} } = event;
  const seen = { exchange, 'key ID': keyId, who, 'from address': sourceAddress, reason, ...evidence };
  return Object.entries(seen)
    .filter(([, value]) => value !== undefined && value !== '')
    .slice(0, MOST_EVIDENCE)
    .map(([name, value]) => `${line(name, 40)}: ${line(String(value), 200)}`);
}

/** One line without control characters: part of an event may come from somebody else's pen. */
function line(text: string, longest: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
  return plain.length <= longest ? plain : `${[...plain.slice(0, longest - 3)].join('')}...`;
}

/** Ends in a full stop, and begins with a capital letter unless with a name or an ARN. */
function sentence(text: string): string {
  const plain = line(text, 600);
  const first = /^[a-z]+(?![a-z]*[:/._-])/.test(plain) ? plain.charAt(0).toUpperCase() : plain.charAt(0);
  return `${first}${plain.slice(1)}${/[.!?]$/.test(plain) ? '' : '.'}`;
}
