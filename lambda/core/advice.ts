import type { AuditEvent, AuditEventName } from './audit-event.ts';

/** What a person is told to type. Absent key: of no declared key. */
export interface Target {
  readonly account: string;
  readonly key: string | undefined;
  /** What Rekey does about it already; nobody need do it too. */
  readonly answer: AuditEvent['answer'];
}

/** What Rekey itself did about something, as one sentence. */
type Deed = (event: Pick<AuditEvent, 'answer' | 'emergency' | 'reason'>) => string;
type Step = (target: Target) => string;

/** What a message about one kind of event says beside the event's own sentence. */
export interface Advice {
  /** Ends the title: what happened, in a few words. */
  readonly headline: string;
  /** Anchor of the article in the runbook. */
  readonly article: string;
  readonly did: Deed;
  /** Commands, the most urgent first. */
  readonly next: readonly Step[];
}

const run = (verb: string) => `npm run rekey -- ${verb}`;
const ofKey = ({ account, key }: Target) => (key === undefined ? account : `${account}/${key}`);
const isRotated = ({ key }: Target) => key !== undefined && key !== 'manager';

const status: Step = ({ account }) => run(`status ${account}`);
const readers: Step = ({ account }) => run(`status ${account} --readers`);
const audit: Step = (target) =>
  run(`audit ${target.key === undefined ? '' : `${ofKey(target)} `}--since 24h`);
const rotate: Step = (target) =>
  run(isRotated(target) ? `rotate ${ofKey(target)}` : `status ${target.account}`);
const emergency: Step = (target) => {
  if (target.answer === 'rotate' || target.answer === 'stop') return audit(target);
  return isRotated(target) ? run(`rotate --emergency ${ofKey(target)}`) : putManager(target);
};
const stop: Step = (target) => {
  if (target.answer === 'stop') return status(target);
  return run(`stop ${isRotated(target) ? ofKey(target) : target.account}`);
};
const resume: Step = (target) =>
  run(`resume ${isRotated(target) ? ofKey(target) : `${target.account}/<key>`}`);
const putManager: Step = ({ account }) => run(`manager put ${account}`);

const NOTHING = 'Rekey only tells: nothing was changed.';
const told = () => NOTHING;

/** Reads of secrets: the event itself says which answer is declared. */
const answered: Deed = ({ answer }) => {
  switch (answer) {
    case 'rotate':
      return 'Rekey was told to replace the key and does it now: the next message is EmergencyRotationStarted or AnswerWithheld.';
    case 'stop':
      return 'Rekey was told to stop the key and does it now: the next message is StopOrdered.';
    default:
      return NOTHING;
  }
};

/** Signs at the exchange: whether one is answered is decided after it was told. */
const maybeAnswered = () =>
  'If an answer is declared for this (onSuspicion), Rekey gives it now and the next message tells it: StopOrdered, EmergencyRotationStarted or AnswerWithheld. If none comes, nothing was changed.';

const retriesRotation = () =>
  'Rekey tries again by itself while the rotation window is open. The current key works on.';
const retriesRevocation = () => 'Rekey tries again with every pass, every five minutes.';
const done = () => 'This is done; nothing more happens by itself.';

const LOOK = [status, audit];
const IN_DOUBT = [emergency, stop];

/** For each audit event; those of severity `info` are told to nobody, and have their advice all the same. */
const ADVICE: Readonly<Record<AuditEventName, Advice>> = {
  KeyIssued: advice('a new key was issued', 'the-first-minute', { did: done, next: LOOK }),
  KeyVerified: advice('the new key was verified', 'the-first-minute', { did: done, next: LOOK }),
  KeyPromoted: advice('the new key is in use', 'the-first-minute', {
    did: ({ emergency: now }) =>
      now ? 'The replaced key is revoked at once.' : 'The replaced key works on for its grace period.',
    next: LOOK,
  }),
  KeyRetiring: advice('the replaced key works on for a while', 'the-first-minute', { did: done, next: LOOK }),
  KeyRevoked: advice('a key was revoked and is proven dead', 'the-first-minute', { did: done, next: LOOK }),
  OrphanRevoked: advice('a key of ours that no version held was revoked', 'orphan-keys', {
    did: done,
    next: [audit],
  }),
  PendingAbandoned: advice('a pending key was given up', 'clear-a-stuck-awspending', {
    did: () =>
      'Rekey gave the pending key up, revokes it, and started a new rotation. The current key works on.',
    next: LOOK,
  }),
  EmergencyRotationStarted: advice('an emergency rotation has started', 'a-key-may-be-in-wrong-hands', {
    did: () =>
      'Rekey replaces the key now; the replaced one is revoked as soon as the new one is in use, usually within two minutes.',
    next: [audit, status],
  }),
  RotationRequested: advice('a rotation was asked for', 'the-first-minute', { did: done, next: LOOK }),
  ManagerAccepted: advice('a manager key was accepted', 'replace-the-manager-key', {
    did: done,
    next: [status],
  }),
  StopOrdered: advice('the key is being stopped', 'stop-everything', {
    did: () =>
      'Rekey revokes every key of it now and issues none until it is resumed. Open orders and positions stay: close them at the exchange.',
    next: [status, resume],
  }),
  KeyResumed: advice('a stopped key is rotated again', 'stop-everything', {
    did: () => 'Rekey issues a new key now.',
    next: [status],
  }),
  SubAccountUnfrozen: advice('a sub-account may trade again', 'stop-everything', {
    did: done,
    next: [status],
  }),
  RotationFailed: advice('a rotation step failed', 'rotation-failed', {
    did: retriesRotation,
    next: [audit, status],
  }),
  RevocationFailed: advice('a key could not be proven dead', 'revocation-overdue', {
    did: retriesRevocation,
    next: [audit, status],
  }),
  ManagerRefused: advice('a manager key was refused', 'replace-the-manager-key', {
    did: () => 'The manager key from before stays in use.',
    next: [putManager, status],
  }),
  RotationOverdue: advice('the rotation is overdue', 'rotation-overdue', {
    did: () => 'Nothing was changed. The current key works on.',
    next: [rotate, status],
  }),
  RevocationOverdue: advice('a key that should be dead is alive', 'revocation-overdue', {
    did: retriesRevocation,
    next: [audit, status],
  }),
  OrphanFound: advice('a key of ours belongs to no version', 'orphan-keys', {
    did: () => 'Rekey revokes it when it is 15 minutes old.',
    next: [status],
  }),
  ForeignKeyFound: advice('somebody else made a key', 'foreign-key', {
    did: () => 'Rekey never touches it: delete it at the website of the exchange if nobody knows it.',
    next: [status, stop],
  }),
  DriftFound: advice('the key is not as declared', 'drift', {
    did: () => 'Rekey does not change keys: the next rotation makes one as declared.',
    next: [rotate, status],
  }),
  KeyExpiring: advice('the exchange will end the key soon', 'key-expiring', {
    did: told,
    next: [rotate, status],
  }),
  KeyMissing: advice('the exchange no longer has the key in use', 'key-missing', {
    did: () =>
      'Nothing was changed; programs hold a dead key. While it is missing, Rekey revokes no replaced key.',
    next: [rotate, status],
  }),
  PowerWidened: advice('a key may do more than declared', 'power-widened', {
    did: maybeAnswered,
    next: IN_DOUBT,
  }),
  UnexpectedMovement: advice('funds moved and should not have', 'unexpected-movement', {
    did: maybeAnswered,
    next: [stop, audit],
  }),
  UndeclaredOrder: advice('orders that nobody declared', 'undeclared-order', {
    did: maybeAnswered,
    next: IN_DOUBT,
  }),
  UndeclaredCoin: advice('a coin that nobody declared', 'undeclared-coin', {
    did: maybeAnswered,
    next: [status, stop],
  }),
  OrderBurst: advice('far more orders than ever', 'order-burst', {
    did: maybeAnswered,
    next: [status, stop],
  }),
  SubAccountFrozen: advice('a sub-account is frozen', 'sub-account-frozen', {
    did: ({ reason }) =>
      reason === 'Stopped'
        ? 'Rekey froze it, as all its keys are stopped.'
        : 'It was not Rekey. Nothing was changed.',
    next: [status],
  }),
  LaggingReader: advice('a reader still holds a replaced key', 'lagging-reader', {
    did: () =>
      'Nothing was changed. The replaced key is revoked when its grace period, or the declared wait, is over.',
    next: [readers, audit],
  }),
  WatchBlind: advice('a part of the watch is blind', 'watch-blind', {
    did: () => 'Rekey tries again with every pass. Until then nothing unusual would be noticed there.',
    next: [status],
  }),
  AnswerWithheld: advice('a declared answer was not given', 'a-key-may-be-in-wrong-hands', {
    did: () => 'Rekey did not give the declared answer, and gives none until a person acts.',
    next: [stop, audit],
  }),
  UndeclaredRead: advice('somebody undeclared read the secret', 'undeclared-reader', {
    did: answered,
    next: IN_DOUBT,
  }),
  DeniedRead: advice('somebody was refused the secret', 'denied-reads', { did: told, next: [audit] }),
};

/** For what this version does not know: an older function may be told of newer events. */
const UNKNOWN = advice('an event of another version', 'the-first-minute', {
  did: () => 'What Rekey did is not known here.',
  next: [status],
});

/** An event that somebody puts on the bus to see whether it reaches people; no function ever does. */
const CHANNEL_TEST = 'ChannelTest';
const TEST = advice('a test of the channels', 'the-first-minute', {
  did: () => 'Nothing: this is a test, and nothing is wrong.',
  next: [status],
});

/** The advice about an event of any name. */
export function adviceOn(event: string): Advice {
  if (event === CHANNEL_TEST) return TEST;
  return Object.hasOwn(ADVICE, event) ? ADVICE[event as AuditEventName] : UNKNOWN;
}

function advice(headline: string, article: string, how: Pick<Advice, 'did' | 'next'>): Advice {
  return { headline, article, ...how };
}
