import * as z from 'zod';

/**
 * What is declared, as the functions see it: the checked `rekey.config.ts` reduced to plain numbers.
 * Written at synth beside each bundled handler as `declaration.json`, so it is versioned with the code
 * and has no size limit of environment variables. It holds no secret.
 */
const reader = z.object({
  /** Role ARN, without session. */
  role: z.string(),
  /** How long this reader may hold a key before it looks again, in minutes. */
  cacheMinutes: z.number(),
  /** `always`: reads again whenever its cache time is over. `sometimes`: runs now and then, and holds nothing between. */
  runs: z.enum(['always', 'sometimes']),
  /** From where it reads: address blocks, and names of services that read for it; empty = from anywhere. */
  addresses: z.array(z.string()),
});

/** What a sign of misuse sets off: only an alarm, an emergency rotation, or the end of the key without a new one. */
const answer = z.enum(['tell', 'rotate', 'stop']);

const keyDeclaration = z.object({
  /** Name within the account; the secret is `rekey/<account>/<name>`. */
  name: z.string(),
  /** The exchange's id of the sub-account that owns the key. */
  subAccount: z.string(),
  permission: z.enum(['read', 'trade']),
  /** The exchange's own names of the product scopes, sorted. */
  products: z.array(z.string()),
  /** IPv4 addresses that may use the key, sorted; empty = any address, which had to be said expressly. */
  allowList: z.array(z.string()),
  gracePeriodMinutes: z.number(),
  readers: z.array(reader),
  /** Key ID of a key made by hand that the next promotion retires. */
  replaces: z.string().optional(),
  /** The rotation policy: so long from one rotation to the next, in minutes. */
  intervalMinutes: z.number(),
  /** What an undeclared read sets off beside the alarm. Reads are told minutes late and by CloudTrail alone. */
  onUndeclaredRead: answer,
  /** What a sign at the exchange sets off beside the alarm. */
  onSuspicion: answer,
  /** Symbols in which its orders are; `any` to watch their number only. Absent: orders are not watched. */
  symbols: z.union([z.literal('any'), z.array(z.string())]).optional(),
  /** How long beyond the grace period a replaced key is kept for a reader that has not read the new one; 0: not at all. */
  waitForReadersMinutes: z.number(),
  /** Whether stopping all keys of the sub-account freezes it too, where the exchange can. */
  freezeOnStop: z.boolean(),
  /** Whether `rekey drill` may stop it. */
  drill: z.boolean(),
});

/** Movements of funds that are no sign of misuse. */
const movements = z.union([z.enum(['none', 'any']), z.object({ to: z.array(z.string()) })]);

const accountDeclaration = z.object({
  account: z.string(),
  exchange: z.string(),
  environment: z.enum(['live', 'demo']),
  /** Only if it is not the exchange's usual address. */
  baseUrl: z.string().optional(),
  /** What funds may do that no key of Rekey moves. */
  watch: z.object({
    /** Withdrawals from the main account, by address. */
    withdrawals: movements,
    /** Transfers out of declared sub-accounts, by the exchange's id of the account that receives them. */
    transfers: movements,
    /** What a movement of funds that is not allowed sets off beside the alarm: the end of its keys; of a transfer, those of the sub-account. */
    onSuspicion: z.enum(['tell', 'stop']),
  }),
  keys: z.array(keyDeclaration),
});

const fleetDeclaration = z.object({ accounts: z.array(accountDeclaration) });

/** What notify is told: where people are sent, and over which topics. It holds no address and no secret. */
const notifyDeclaration = z.object({
  /** Where the runbook is; an article's anchor is added. */
  runbookUrl: z.string(),
  topics: z.array(
    z.object({
      name: z.string(),
      /** Plain text with a subject, or the JSON that chat applications are shown by. */
      form: z.enum(['mail', 'chat']),
      /** Least severity. */
      from: z.enum(['warning', 'critical']),
      /** Only what concerns this exchange account. */
      account: z.string().optional(),
      /** Alarms of CloudWatch mail over it by themselves. */
      hasAlarms: z.boolean(),
    }),
  ),
});

/** One rotated key as declared. */
export type KeyDeclaration = z.infer<typeof keyDeclaration>;
/** What a sign of misuse sets off. */
export type Answer = z.infer<typeof answer>;
/** Movements of funds that are no sign of misuse. */
export type AllowedMovements = z.infer<typeof movements>;
/** Somebody who reads a key. */
export type ReaderDeclaration = z.infer<typeof reader>;
/** One exchange account with its keys as declared; beside rotate, reconcile and operate. */
export type AccountDeclaration = z.infer<typeof accountDeclaration>;
/** All accounts; beside watch-reads. */
export type FleetDeclaration = z.infer<typeof fleetDeclaration>;

/** What notify is told; beside notify. */
export type NotifyDeclaration = z.infer<typeof notifyDeclaration>;
/** One topic that notify publishes to. */
export type TopicDeclaration = NotifyDeclaration['topics'][number];

/** Parses an account's `declaration.json`. @throws ZodError naming the field. */
export function parseAccountDeclaration(json: string): AccountDeclaration {
  return accountDeclaration.parse(JSON.parse(json));
}

/** Parses watch-reads' `declaration.json`. @throws ZodError naming the field. */
export function parseFleetDeclaration(json: string): FleetDeclaration {
  return fleetDeclaration.parse(JSON.parse(json));
}

/** Parses notify's `declaration.json`. @throws ZodError naming the field. */
export function parseNotifyDeclaration(json: string): NotifyDeclaration {
  return notifyDeclaration.parse(JSON.parse(json));
}
