import type { Credentials } from '../../lambda/core/api-key.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { bitget } from '../../lambda/exchanges/bitget/adapter.ts';
import { bitgetTraits } from '../../lambda/exchanges/bitget/traits.ts';
import { Http } from '../../lambda/exchanges/http.ts';
import { sendOverNetwork } from '../../lambda/exchanges/network.ts';
import { SimulatorHandle } from '../support/simulator-handle.ts';
import { BITGET_CODES } from './codes.ts';
import { type ExchangeFacts, timeOf } from './contract/context.ts';
import { exchangeContract } from './exchange-contract.ts';

function credentials(key: { apiKey: string; secret: string; password?: string }): Credentials {
  const passphrase = new Redacted(key.password ?? '');
  return { keyId: key.apiKey, secret: new Redacted(key.secret), passphrase };
}

const FACTS: ExchangeFacts = {
  name: 'bitget',
  unknownKeyId: 'bg_00000000000000000000',
  tells: { owner: true, ownAddresses: true, isSubAccount: true },
  words: {
    unknownKey: 'UnknownKey',
    address: 'AddressNotAllowed',
    permission: 'PermissionDenied',
    strangeSubAccount: 'SubAccountRefused',
    notMainAccount: 'NotMainAccount',
  },
  hasDemo: true,
  hasOtherNames: true,
  codes: BITGET_CODES.refusals,
  rateLimitCodes: BITGET_CODES.rateLimit,
  saysWhenToComeBack: false,
  ordersPerPage: 100,
  notNowCodes: BITGET_CODES.notNow,
};

exchangeContract(FACTS, async () => {
  const handle = await SimulatorHandle.start('bitget');
  const { url, manager, subAccounts } = handle.simulator;
  return {
    simulator: handle,
    adapter: ({ manager: other, environment = 'live', baseUrl = url } = {}) =>
      bitget({
        baseUrl,
        environment,
        manager: async () => other ?? credentials(manager),
        time: timeOf(handle),
        http: new Http(sendOverNetwork, timeOf(handle)),
      }),
    routes: {
      list: 'sub-api-list',
      issue: 'create-sub-api',
      revoke: 'delete-sub-api',
      describe: 'account-info',
      orders: 'history-orders',
      withdrawals: 'withdrawal-records',
      transfers: 'sub-transfer-record',
      frozen: 'sub-list',
    },
    subAccounts: [subAccounts[0] ?? '', subAccounts[1] ?? ''],
    strangeSubAccount: '1234567890',
    products: {
      read: bitgetTraits.products.read.defaults,
      trade: bitgetTraits.products.trade.defaults,
    },
    readOnlyManager: async () =>
      credentials(
        await handle.makeKey({
          mayWrite: false,
          permissions: ['uta_mgt', 'uta_trade'],
          ips: ['127.0.0.1'],
        }),
      ),
  };
});
