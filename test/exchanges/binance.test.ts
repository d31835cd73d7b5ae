import type { Credentials } from '../../lambda/core/api-key.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { binance } from '../../lambda/exchanges/binance/adapter.ts';
import { binanceTraits } from '../../lambda/exchanges/binance/traits.ts';
import { Http } from '../../lambda/exchanges/http.ts';
import { sendOverNetwork } from '../../lambda/exchanges/network.ts';
import { SimulatorHandle } from '../support/simulator-handle.ts';
import { BINANCE_CODES } from './codes.ts';
import { type ExchangeFacts, timeOf } from './contract/context.ts';
import { exchangeContract } from './exchange-contract.ts';

function credentials({ apiKey, secret }: { apiKey: string; secret: string }): Credentials {
  return { keyId: apiKey, secret: new Redacted(secret) };
}

const FACTS: ExchangeFacts = {
  name: 'binance',
  unknownKeyId: 'A'.repeat(64),
  tells: { owner: false, ownAddresses: false, isSubAccount: false },
  words: {
    unknownKey: 'NotAccepted',
    address: 'NotAccepted',
    permission: 'NotAccepted',
    strangeSubAccount: 'InvalidRequest',
    notMainAccount: 'NotAccepted',
  },
  hasDemo: false,
  hasOtherNames: false,
  codes: BINANCE_CODES.refusals,
  rateLimitCodes: BINANCE_CODES.rateLimit,
  saysWhenToComeBack: true,
  ordersPerPage: 1_000,
  notNowCodes: BINANCE_CODES.notNow,
};

exchangeContract(FACTS, async () => {
  const handle = await SimulatorHandle.start('binance');
  const { url, manager, subAccounts } = handle.simulator;
  return {
    simulator: handle,
    adapter: ({ manager: other, environment = 'live', baseUrl = url } = {}) =>
      binance({
        baseUrl,
        environment,
        manager: async () => other ?? credentials(manager),
        time: timeOf(handle),
        http: new Http(sendOverNetwork, timeOf(handle)),
      }),
    routes: {
      list: 'list-sub-api-keys',
      issue: 'create-sub-api-key',
      revoke: 'delete-sub-api-key',
      describe: 'api-restrictions',
      orders: 'all-orders',
      withdrawals: 'withdraw-history',
      transfers: 'universal-transfers',
      frozen: 'sub-account-list',
    },
    subAccounts: [subAccounts[0] ?? '', subAccounts[1] ?? ''],
    strangeSubAccount: 'stranger@example.com',
    products: {
      read: binanceTraits.products.read.defaults,
      trade: binanceTraits.products.trade.defaults,
    },
    readOnlyManager: async () => credentials(await handle.makeKey({ permissions: [], ips: ['127.0.0.1'] })),
  };
});
