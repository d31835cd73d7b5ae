import type { Credentials } from '../../lambda/core/api-key.ts';
import type { Refusal } from '../../lambda/core/errors.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { bitget } from '../../lambda/exchanges/bitget/adapter.ts';
import { bitgetTraits } from '../../lambda/exchanges/bitget/traits.ts';
import { Http } from '../../lambda/exchanges/http.ts';
import { sendOverNetwork } from '../../lambda/exchanges/network.ts';
import { SimulatorHandle } from '../support/simulator-handle.ts';
import { type ExchangeFacts, timeOf } from './contract/context.ts';
import { exchangeContract } from './exchange-contract.ts';

/** The table of docs/exchanges/bitget.md, not the adapter's. */
const CODES = new Map<string, Refusal>([
  ['40006', 'UnknownKey'],
  ['40037', 'UnknownKey'],
  ['40041', 'UnknownKey'],
  ['40012', 'BadPassphrase'],
  ['40036', 'BadPassphrase'],
  ['40009', 'BadSignature'],
  ['40099', 'WrongEnvironment'],
  ['40005', 'ClockSkew'],
  ['40008', 'ClockSkew'],
  ['40078', 'ClockSkew'],
  ['40018', 'AddressNotAllowed'],
  ['40038', 'AddressNotAllowed'],
  ['22010', 'PermissionDenied'],
  ['40014', 'PermissionDenied'],
  ['25620', 'PermissionDenied'],
  ['40048', 'NotMainAccount'],
  ['40061', 'NotMainAccount'],
  ['40068', 'NotMainAccount'],
  ['25245', 'SubAccountRefused'],
  ['40028', 'SubAccountRefused'],
  ['40066', 'SubAccountRefused'],
  ['40063', 'KeyLimitReached'],
  ['40040', 'InvalidRequest'],
  ['40056', 'InvalidRequest'],
  ['40070', 'InvalidRequest'],
  ['40022', 'AccountFrozen'],
  ['40023', 'AccountFrozen'],
  ['40024', 'AccountFrozen'],
  ['40026', 'AccountFrozen'],
]);

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
  codes: CODES,
  rateLimitCodes: ['429', '25004'],
  notNowCodes: ['45001', '40725', '40808', '40015'],
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
