import { z } from 'zod';
import { channels } from './schema-channels.ts';
import { emails, text } from './schema-parts.ts';
import { timeSpan } from './time-span.ts';

/**
 * The shape of `rekey.config.ts`. Each message says what is allowed; what the fields mean together is
 * checked in `check-accounts.ts` and `check-key.ts`. docs/configuration.md describes every field.
 */
function name(longest: number) {
  const allowed = `lower-case letters, digits and single hyphens, a letter first, at most ${longest} characters`;
  return text(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, allowed).max(longest, allowed);
}

const NO_WITHDRAWAL = 'Rekey never makes a key that may withdraw';

function withdraws(value: unknown): boolean {
  return typeof value === 'string' && /withdraw/i.test(value);
}

const READ_FROM =
  "a list of addresses, address blocks and AWS services, for example ['10.0.0.0/16', 'ecs-tasks.amazonaws.com']";

const ANSWER = "'tell', 'rotate' or 'stop'";
const answer = z.enum(['tell', 'rotate', 'stop'], ANSWER);

const MOVEMENTS = "'none', 'any' or { to: [...] }";
const movements = z.union(
  [
    z.enum(['none', 'any'], MOVEMENTS),
    z.strictObject({ to: z.array(z.string(MOVEMENTS), MOVEMENTS).min(1, MOVEMENTS) }, MOVEMENTS),
  ],
  MOVEMENTS,
);

const SYMBOLS =
  "a list of symbols in the exchange's own spelling, or 'any' to watch the number of orders only";

const WAIT = "'tell' or { waitAtMost: '2 days' }";

const reader = z.strictObject(
  {
    /** Role that reads the key. The role may be made later, and may be in another AWS account. */
    role: text(
      /^arn:aws(-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
      "a role ARN without session and wildcards, for example 'arn:aws:iam::111122223333:role/grid-bot'",
    ),
    /** How long the reader may hold a key before it looks again. @default '5 minutes' */
    cache: timeSpan.default('5 minutes'),
    /** Whether it runs all the time; of one that runs now and then, silence means nothing. @default 'always' */
    runs: z.enum(['always', 'sometimes'], "'always' or 'sometimes'").default('always'),
    /** From where it reads: addresses, blocks of addresses, names of AWS services. @default from anywhere */
    addresses: z.array(z.string(READ_FROM), READ_FROM).min(1, READ_FROM).optional(),
  },
  "{ role: 'arn:aws:iam::111122223333:role/grid-bot', cache?: '5 minutes' }",
);

const ROTATION =
  "{ every: '30 days', window?: '3 hours' } or { cron: 'cron(0 8 ? * MON *)', window: '3 hours' }";

const rotation = z.union([
  z.strictObject(
    {
      /** From '4 hours' to '999 days', in hours or days. */
      every: timeSpan,
      /** How long after its start a rotation may begin. @default '1 hour' for hours, '24 hours' for days */
      window: timeSpan.optional(),
    },
    ROTATION,
  ),
  z.strictObject(
    {
      /** Secrets Manager's cron in UTC. */
      cron: z.string(ROTATION),
      /** How long after its start a rotation may begin; it ends on the same UTC day. */
      window: timeSpan,
    },
    ROTATION,
  ),
]);

const ALLOW_LIST =
  "a list of IPv4 addresses, or 'any-address' to say expressly that every address may use the key";

const key = z.strictObject(
  {
    /** The secret is `rekey/<account>/<name>`. */
    name: name(40),
    /** The exchange's id of the sub-account that owns the key. */
    subAccount: z.string("the exchange's id of the sub-account, as text"),
    permission: z.enum(['read', 'trade'], {
      error: ({ input }) => `'read' or 'trade'${withdraws(input) ? `; ${NO_WITHDRAWAL}` : ''}`,
    }),
    /** Product scopes by the exchange's own names. @default the exchange's usual scopes for the permission */
    products: z
      .array(
        z
          .string("the exchange's name of a product")
          .refine((product) => !withdraws(product), `a product without withdrawal; ${NO_WITHDRAWAL}`),
        "a list of the exchange's product names",
      )
      .min(1, 'at least one product, or no such field')
      .optional(),
    /** IPv4 addresses that may use the key, or expressly any. */
    allowList: z.union(
      [z.literal('any-address', ALLOW_LIST), z.array(z.string(ALLOW_LIST), ALLOW_LIST)],
      ALLOW_LIST,
    ),
    rotate: rotation,
    /** How long a replaced key works on. At least the readers' cache time. */
    gracePeriod: timeSpan,
    readers: z.array(reader, 'a list of { role, cache?, runs?, addresses? }'),
    /** Key ID of a key made by hand that the first promotion retires. @default no key is replaced */
    replaces: text(/^\S{1,128}$/, 'a key ID: up to 128 characters without spaces').optional(),
    /** What a read by somebody undeclared sets off beside the alarm. @default 'tell' */
    onUndeclaredRead: answer.default('tell'),
    /** What a sign of misuse at the exchange sets off beside the alarm. @default 'tell' */
    onSuspicion: answer.default('tell'),
    /** Symbols in which the key trades. @default its orders are not watched */
    symbols: z
      .union(
        [
          z.literal('any', SYMBOLS),
          z.array(text(/^[A-Za-z0-9_.-]{2,40}$/, SYMBOLS), SYMBOLS).min(1, SYMBOLS),
        ],
        SYMBOLS,
      )
      .optional(),
    /** What is done for a reader that has not read the new key when the grace period ends. @default 'tell' */
    laggingReaders: z
      .union([z.literal('tell', WAIT), z.strictObject({ waitAtMost: timeSpan }, WAIT)], WAIT)
      .default('tell'),
    /** Whether stopping every key of the sub-account freezes it too, where the exchange can. @default true */
    freezeOnStop: z.boolean('true or false').default(true),
    /** Whether `rekey drill` may stop the key. @default false */
    drill: z.boolean('true or false').default(false),
  },
  'a key: { name, subAccount, permission, allowList, rotate, gracePeriod, readers }',
);

const account = z.strictObject(
  {
    /** The secrets are `rekey/<name>/…`, the stack is `rekey-<name>`. */
    name: name(20),
    /** Lower-case name of the exchange. */
    exchange: z.string('the name of an exchange'),
    environment: z.enum(['live', 'demo'], "'live' or 'demo'"),
    /** Another address of the exchange, or a simulator on this machine. @default the exchange's usual address */
    baseUrl: z.string('an address').optional(),
    /** Who is told beside `alerts`. @default nobody else */
    alerts: z.strictObject({ emails }, '{ emails: [...] }').optional(),
    /** What funds may do that no key of Rekey moves. @default nothing, and only an alarm if they do */
    watch: z
      .strictObject(
        {
          /** Withdrawals from the main account, by address. @default 'none' */
          withdrawals: movements.default('none'),
          /** Transfers out of declared sub-accounts, by the receiving account's id. @default 'none' */
          transfers: movements.default('none'),
          /** What any other movement sets off beside the alarm: the end of its keys; of a transfer, those of the sub-account. @default 'tell' */
          onSuspicion: z.enum(['tell', 'stop'], "'tell' or 'stop'").default('tell'),
        },
        "{ withdrawals?: 'none', transfers?: 'none', onSuspicion?: 'tell' }",
      )
      .prefault({}),
    keys: z.array(key, 'a list of keys').min(1, 'at least one key'),
  },
  'an account: { name, exchange, environment, keys }',
);

const ids = (prefix: string) =>
  text(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id like '${prefix}-0a1b2c3d4e5f60718'`);

const egress = z.discriminatedUnion(
  'type',
  [
    /** A small VPC with one NAT gateway and one fixed address. */
    z.strictObject({ type: z.literal('nat-gateway') }),
    z.strictObject({
      type: z.literal('existing-vpc'),
      vpcId: ids('vpc'),
      /** Subnets with a way out to the internet over a fixed address. */
      subnetIds: z.array(ids('subnet'), 'a list of subnet ids').min(1, 'at least one subnet id'),
      securityGroupIds: z
        .array(ids('sg'), 'a list of security group ids')
        .min(1, 'at least one security group id'),
      /** The fixed address, to be repeated as the output `EgressAddress`. @default no such output */
      address: z.ipv4('an IPv4 address').optional(),
    }),
    /** No fixed address: for simulators and tests only. */
    z.strictObject({ type: z.literal('none') }),
  ],
  "{ type: 'nat-gateway' }, { type: 'existing-vpc', vpcId, subnetIds, securityGroupIds, address? } or { type: 'none' }",
);

const retention = z.strictObject({
  /** Audit events in CloudWatch Logs. @default '3653 days', ten years */
  auditLog: timeSpan.default('3653 days'),
  /** Audit events in the archive, from which they can be replayed. @default '365 days' */
  archive: timeSpan.default('365 days'),
  /** The functions' own logs. @default '90 days' */
  functionLogs: timeSpan.default('90 days'),
});

/** Schema of the whole configuration. */
export const configSchema = z.strictObject(
  {
    accounts: z.array(account, 'a list of accounts').min(1, 'at least one account'),
    /** Who is told of every alarm and of every event from `warning` on, and by which further channels. */
    alerts: z.strictObject({ emails, channels }, '{ emails: [...], channels?: [...] }'),
    /** How the functions reach the exchange. @default { type: 'nat-gateway' } */
    egress: egress.default({ type: 'nat-gateway' }),
    /** Whether the AWS account has a CloudTrail trail of management events already. @default 'existing' */
    trail: z.enum(['existing', 'create'], "'existing' or 'create'").default('existing'),
    retention: retention.prefault({}),
    /** Where alarms send people; `#rotation-failed` and the like is added. @default 'docs/runbook.md' */
    runbookUrl: text(/^[^\s#]+$/, 'an address without spaces and #').default('docs/runbook.md'),
  },
  'export default defineConfig({ accounts, alerts })',
);

/** What `rekey.config.ts` exports. */
export type RekeyConfig = z.input<typeof configSchema>;
/** The configuration with every default filled in. */
export type FullConfig = z.output<typeof configSchema>;
export type AccountConfig = FullConfig['accounts'][number];
export type KeyConfig = AccountConfig['keys'][number];
export type RotationConfig = KeyConfig['rotate'];
export type EgressConfig = FullConfig['egress'];
