import * as z from 'zod';
import { symbols } from '../simulator/index.ts';
import { BASELINE_NAMES } from './baselines.ts';
import { EXCHANGES } from './setting.ts';

const text = z.string().min(1, 'a text that is not empty');
const lines = z.array(text);
/** Seconds from the first act of the trace. */
const at = z.number().min(0, 'seconds from the beginning of the incident, at least 0');
const amount = z.string().regex(/^\d+(\.\d+)?$/, 'a positive number, as text');
/** With whose power: a key that was stolen from its reader, one that the attacker has made, or a login at the website. */
const by = z.enum(['stolen-key', 'own-key', 'website']);
const repeats = {
  /** @default once */
  times: z.number().int().min(1).max(100_000).optional(),
  /** Seconds between two of them. @default 1 */
  every: z.number().positive().optional(),
};

const step = z.discriminatedUnion('act', [
  z.strictObject({
    ...{ at, act: z.literal('order'), by, ...repeats },
    symbol: z.enum(symbols as [string, ...string[]], `a symbol of the simulator: ${symbols.join(', ')}`),
    side: z.enum(['buy', 'sell']),
    size: amount,
  }),
  z.strictObject({ at, act: z.literal('make-key'), may: z.enum(['read', 'trade', 'withdraw']) }),
  z.strictObject({
    ...{ at, act: z.literal('withdraw'), by: z.enum(['stolen-key', 'website']), ...repeats },
    ...{ coin: text, amount, to: text },
  }),
  z.strictObject({ at, act: z.literal('transfer'), coin: text, amount }),
  z.strictObject({ at, act: z.literal('widen-key'), to: z.enum(['withdrawal', 'any-address']) }),
  z.strictObject({ at, act: z.literal('drop-rights') }),
  z.strictObject({ at, act: z.literal('delete-keys') }),
  z.strictObject({ at, act: z.literal('freeze') }),
  z.strictObject({
    ...{ at, act: z.literal('read') },
    /** Name of the role, or `the-reader`: the role that is declared. */
    role: text.regex(/^[\w+=,.@-]{1,64}$/, 'the name of a role, or the-reader'),
    from: z.ipv4(),
    /** IAM refuses it. @default false */
    denied: z.boolean().optional(),
    ...repeats,
  }),
  z.strictObject({ at, act: z.literal('rotate') }),
  z.strictObject({ at, act: z.literal('readers-stuck') }),
]);

const about = {
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens'),
  title: text,
  when: text,
  sources: lines.min(1, 'at least one source'),
  known: lines.min(1, 'at least one line'),
  assumed: lines,
};

const visible = z.strictObject({
  ...about,
  visible: z.literal(true),
  /** What a watcher of keys can see of it, in words. */
  sees: text,
  /** Whose account is hit. */
  baseline: z.enum(BASELINE_NAMES),
  exchanges: z.array(z.enum(EXCHANGES)).min(1, 'at least one exchange'),
  steps: z.array(step).min(1, 'at least one step'),
});

const invisible = z.strictObject({
  ...about,
  visible: z.literal(false),
  /** Why no watcher of keys could have seen it. */
  reason: text,
});

const trace = z.discriminatedUnion('visible', [visible, invisible]);

/** An incident, recorded by hand from what is known of it. */
export type Trace = z.infer<typeof trace>;
/** One that a watcher of keys could see. */
export type VisibleTrace = z.infer<typeof visible>;
/** One act of an attacker, or of whoever caused the incident. */
export type Step = z.infer<typeof step>;

/** A trace that is none; one line for each mistake, which names the field. */
export class TraceError extends Error {}

/** Reads a trace. @throws TraceError */
export function parseTrace(json: string, name: string): Trace {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TraceError(`${name}: no JSON`);
  }
  const parsed = trace.safeParse(value);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(
    ({ path, message }) => `${name}: ${path.map(String).join('.') || 'the whole'}: ${message}`,
  );
  throw new TraceError(mistakes.join('\n'));
}
