import type { Answer, KeyDeclaration } from '../lambda/declaration.ts';
import type { AccountContext } from '../lambda/handlers/account-context.ts';
import type { MovableClock } from '../local/clock.ts';
import type { Caller, RotationChoices } from '../local/secrets-manager/options.ts';
import type { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import type { OpenExchange } from '../simulator/index.ts';
import type { Story } from './story.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** When every world begins. */
export const START = new Date('2027-01-04T00:00:00Z');
export const REGION = 'eu-west-1';
export const ACCOUNT_ID = '111122223333';

export const SECRET = 'rekey/main/grid-bot';
export const MANAGER = 'rekey/main/manager';
/** In every world of this harness. */
export const GRACE_MINUTES = 60;
export const CACHE_MINUTES = 5;
/** The address of the bot that uses the key. */
export const BOT_ADDRESS = '198.51.100.7';

export type ExchangeName = OpenExchange['exchange'];
/** How a rotation step is carried out: the product's handler, or a baseline's. */
export type RotateStep = (event: unknown, context: AccountContext) => Promise<void>;

/** What a world is made from; the same setting gives the same world. */
export interface WorldSetting {
  readonly exchange: ExchangeName;
  readonly seed: number;
  /** How often Secrets Manager tries a failed rotation in one window. */
  readonly tries: number;
  /** Time between rotation windows. */
  readonly every: string;
  readonly choices: RotationChoices;
  /** @default the product's */
  readonly rotate?: RotateStep | undefined;
  /** What a sign of misuse is answered with; absent: orders and funds are not watched. */
  readonly answer?: Exclude<Answer, 'tell'> | undefined;
}

/** As much of a world as is looked at. */
export interface Scene {
  readonly clock: MovableClock;
  readonly exchange: OpenExchange;
  readonly secrets: SecretsManager;
  readonly story: Story;
  readonly key: KeyDeclaration;
}

/** A person, for what is done by hand. */
export const PERSON: Caller = {
  arn: `arn:aws:iam::${ACCOUNT_ID}:user/alice`,
  type: 'IAMUser',
  sourceAddress: '203.0.113.50',
};
