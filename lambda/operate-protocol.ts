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
  /** Checks the manager key stored as this version at the exchange and promotes it if it will do. */
  z.object({ act: z.literal('acceptManager'), versionId: z.string(), actor }),
]);

/** A question to the operate function. */
export type OperateRequest = z.infer<typeof operateRequest>;

/**
 * Where a key stands. `Empty`: no key yet. `Rotating`: a version is pending. `Current`: in use.
 * `Overdue`: the date of the next rotation has passed. `Missing`: the exchange no longer lists it.
 */
export const KEY_STATES = ['Empty', 'Rotating', 'Current', 'Overdue', 'Missing'] as const;

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
});

export const operateResponse = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('status'), status: accountStatus }),
  z.object({ outcome: z.literal('started'), versionId: z.string(), message: z.string() }),
  z.object({ outcome: z.literal('accepted'), message: z.string() }),
  /** Nothing was done; the reason is one word for machines, the message a sentence that says how to fix it. */
  z.object({ outcome: z.literal('refused'), reason: z.string(), message: z.string() }),
]);

/** The operate function's answer. */
export type OperateResponse = z.infer<typeof operateResponse>;
export type AccountStatus = z.infer<typeof accountStatus>;
export type KeyStatus = z.infer<typeof keyStatus>;
