import { styleText } from 'node:util';
import type { AuditEvent } from '../../lambda/core/audit-event.ts';

/** Where the demo shows itself: for people, or one JSON object per event. */
export interface Screen {
  /** A new part of the story begins. */
  scene(title: string, explanation: string): void;
  /** Something that the story does, or that is seen outside the audit trail. */
  line(at: Date, text: string): void;
  /** @param seenAt when the audit bus accepted it */
  event(seenAt: Date, event: AuditEvent): void;
  alarm(at: Date, name: string): void;
  /** Text without a time. */
  text(text: string): void;
}

type Style = Parameters<typeof styleText>[0];

const STYLES: Partial<Record<AuditEvent['event'], Style>> = {
  KeyIssued: 'cyan',
  KeyVerified: 'cyan',
  KeyPromoted: 'green',
  KeyRevoked: 'magenta',
  OrphanRevoked: 'magenta',
  RotationFailed: 'yellow',
  UndeclaredRead: 'red',
  EmergencyRotationStarted: 'red',
};

/** Prints for people: simulated time, event, key, sentence. */
export function humanScreen(out: NodeJS.WritableStream): Screen {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: out, validateStream: true });
  const print = (text = '') => void out.write(`${text}\n`);
  return {
    scene(title, explanation) {
      print();
      print(paint('bold', title));
      print(paint('dim', explanation));
    },
    line: (at, text) => print(`  ${paint('dim', clock(at))}  ${text}`),
    event(seenAt, { event, keyId, message }) {
      const name = paint(STYLES[event] ?? 'white', event.padEnd(24));
      print(`  ${paint('dim', clock(seenAt))}  ${name} ${(keyId ?? '').padEnd(13)} ${message}`);
    },
    alarm: (at, name) => print(`  ${paint('dim', clock(at))}  ${paint('red', 'ALARM')} ${name}`),
    text: print,
  };
}

/** Prints one JSON object per event and nothing else. */
export function jsonScreen(out: NodeJS.WritableStream): Screen {
  const print = (value: object) => void out.write(`${JSON.stringify(value)}\n`);
  const nothing = () => undefined;
  return {
    scene: nothing,
    line: nothing,
    text: nothing,
    event(_seenAt, { at, event, account, key = null, keyId = null, reason }) {
      print({ at, event, account, key, keyId, reason });
    },
    alarm(at, name) {
      const account = name.split('-')[1] ?? null;
      print({ at: at.toISOString(), event: 'AlarmRaised', account, key: null, keyId: null, reason: name });
    },
  };
}

function clock(at: Date): string {
  return at.toISOString().slice(5, 19).replace('T', ' ');
}
