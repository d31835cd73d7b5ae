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
});

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
  /** What an undeclared read sets off: only an alarm, or an emergency rotation as well. */
  onUndeclaredRead: z.enum(['tell', 'rotate']),
});

const accountDeclaration = z.object({
  account: z.string(),
  exchange: z.string(),
  environment: z.enum(['live', 'demo']),
  /** Only if it is not the exchange's usual address. */
  baseUrl: z.string().optional(),
  keys: z.array(keyDeclaration),
});

const fleetDeclaration = z.object({ accounts: z.array(accountDeclaration) });

/** One rotated key as declared. */
export type KeyDeclaration = z.infer<typeof keyDeclaration>;
/** One exchange account with its keys as declared; beside rotate, reconcile and operate. */
export type AccountDeclaration = z.infer<typeof accountDeclaration>;
/** All accounts; beside watch-reads. */
export type FleetDeclaration = z.infer<typeof fleetDeclaration>;

/** Parses an account's `declaration.json`. @throws ZodError naming the field. */
export function parseAccountDeclaration(json: string): AccountDeclaration {
  return accountDeclaration.parse(JSON.parse(json));
}

/** Parses watch-reads' `declaration.json`. @throws ZodError naming the field. */
export function parseFleetDeclaration(json: string): FleetDeclaration {
  return fleetDeclaration.parse(JSON.parse(json));
}
