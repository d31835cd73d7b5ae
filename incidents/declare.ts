import type { AccountDeclaration, KeyDeclaration } from '../lambda/declaration.ts';
import { EXCHANGES } from '../lambda/exchanges/catalog.ts';
import type { OpenExchange } from '../simulator/index.ts';
import type { Baseline } from './baselines.ts';
import { ACCOUNT, roleArn, TEAM_BLOCK, TREASURY } from './setting.ts';

/** From where keys are used: the functions, and the team's way out. */
const FUNCTION_ADDRESS = '127.0.0.1';
const WAY_OUT = '198.51.100.7';
const GRACE_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * 24 * 60;

/** What is changed of a declaration, to see what the replay makes of it. */
export interface Changes {
  readonly key?: Partial<KeyDeclaration> | undefined;
  readonly watch?: Partial<AccountDeclaration['watch']> | undefined;
}

/**
 * The declaration that docs/incidents.md recommends for such a key. Where the exchange can freeze a sub-account, `stop`
 * ends what a stranger's own key can do; where it cannot, it would only end the team's own trading.
 */
export function declare(
  exchange: OpenExchange,
  baseline: Baseline,
  changes: Changes = {},
): AccountDeclaration {
  const traits = EXCHANGES[exchange.exchange];
  if (!traits) throw new Error(`no exchange ${exchange.exchange}`);
  const [subAccount = '', savings = ''] = exchange.subAccounts;
  const { key: name, permission, cacheMinutes, runs, orders } = baseline;
  return {
    account: ACCOUNT,
    exchange: exchange.exchange,
    environment: 'live',
    baseUrl: 'http://exchange',
    watch: {
      withdrawals: { to: [TREASURY] },
      transfers: { to: [savings] },
      onSuspicion: 'stop',
      ...changes.watch,
    },
    keys: [
      {
        ...{ name, subAccount, permission, products: [...traits.products[permission].defaults] },
        allowList: [FUNCTION_ADDRESS, WAY_OUT],
        gracePeriodMinutes: GRACE_MINUTES,
        intervalMinutes: WEEK_MINUTES,
        readers: [{ role: roleArn(name), cacheMinutes, runs, addresses: [TEAM_BLOCK] }],
        ...(orders ? { symbols: [...orders.symbols] } : {}),
        onUndeclaredRead: 'rotate',
        onSuspicion: traits.canFreeze ? 'stop' : 'rotate',
        ...{ waitForReadersMinutes: 0, freezeOnStop: true, drill: false },
        ...changes.key,
      },
    ],
  };
}
