import * as z from 'zod';

/**
 * What one may ask of an account's operate function, and what it answers. The CLI and the function share
 * this file. Neither side ever carries a secret: a manager key travels as a pending version of its secret.
 */
const actor = z.string().min(1).max(256);
const keyName = z.string().min(1);

export const operateRequest = z.discriminatedUnion('act', [
  z.object({ act: z.literal('status') }),
  z.object({ act: z.literal('rotate'), key: keyName, actor }),
  z.object({ act: z.literal('rotateEmergency'), key: keyName, actor }),
  /**
   * Ends keys without new ones: those that are named, or all of the account. `Drill`: only keys that are declared for
   * it. Repeated, it does what was left.
   */
  z.object({
    act: z.literal('stop'),
    keys: z.array(keyName).optional(),
    reason: z.enum(['Asked', 'Drill']),
    actor,
  }),
  /** Rotates a stopped key again and issues a new one. */
  z.object({ act: z.literal('resume'), key: keyName, actor }),
  /** Checks the manager key stored as this version at the exchange and promotes it if it will do. */
  z.object({ act: z.literal('acceptManager'), versionId: z.string(), actor }),
]);

/** A question to the operate function. */
export type OperateRequest = z.infer<typeof operateRequest>;

/**
 * Where a key stands. `Empty`: no key yet. `Rotating`: a version is pending. `Current`: in use.
 * `Overdue`: the date of the next rotation has passed. `Missing`: the exchange no longer lists it.
 * `Stopped`: it has no living key and gets none until it is resumed.
 */
export const KEY_STATES = ['Empty', 'Rotating', 'Current', 'Overdue', 'Missing', 'Stopped'] as const;

const retiringKey = z.object({
  keyId: z.string(),
  dueAt: z.iso.datetime(),
  /** Past due and not yet proven dead: this is debt. */
  overdue: z.boolean(),
});

const keyStatus = z.object({
  key: z.string(),
  secretName: z.string(),
  state: z.enum(KEY_STATES),
  /** Shortened; absent when there is no current key or it could not be matched. */
  keyId: z.string().optional(),
  issuedAt: z.iso.datetime().optional(),
  nextRotationAt: z.iso.datetime().optional(),
  retiring: z.array(retiringKey),
  /** Declared readers, and when CloudTrail last told of a read. */
  readers: z.array(z.object({ role: z.string(), lastReadAt: z.iso.datetime().optional() })),
  /** Reasons of everything that is not as declared, for example `AllowListDrift`. */
  findings: z.array(z.string()),
});

const accountStatus = z.object({
  account: z.string(),
  exchange: z.string(),
  environment: z.string(),
  manager: z.enum(['Missing', 'Pending', 'Accepted']),
  keys: z.array(keyStatus),
  foreignKeys: z.array(z.string()),
  /** What is not watched: what the exchange does not tell, and what the declaration does not ask for. */
  unseen: z.array(z.string()),
});

const stoppedKey = z.object({
  key: z.string(),
  /** Keys that the exchange says are deleted. */
  revoked: z.number(),
  /** Keys that may still live. */
  left: z.number(),
  /** Shortened IDs of keys that Rekey did not make: a person has to delete them. */
  foreign: z.array(z.string()),
});

export const operateResponse = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('status'), status: accountStatus }),
  z.object({ outcome: z.literal('started'), versionId: z.string(), message: z.string() }),
  z.object({ outcome: z.literal('accepted'), message: z.string() }),
  z.object({
    outcome: z.literal('stopped'),
    keys: z.array(stoppedKey),
    /** Names of keys that there was no time for: order again. */
    notBegun: z.array(z.string()),
    /** Sub-accounts that were frozen. */
    frozen: z.array(z.string()),
  }),
  /** Nothing was done; the reason is one word for machines, the message a sentence that says how to fix it. */
  z.object({ outcome: z.literal('refused'), reason: z.string(), message: z.string() }),
]);

/** The operate function's answer. */
export type OperateResponse = z.infer<typeof operateResponse>;
export type AccountStatus = z.infer<typeof accountStatus>;
export type KeyStatus = z.infer<typeof keyStatus>;
export type StoppedKey = z.infer<typeof stoppedKey>;
