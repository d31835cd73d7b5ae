import { beforeEach, describe, expect, test } from 'vitest';
import { type ActivityObservation, observeActivity } from '../../lambda/core/activity.ts';
import type { Credentials } from '../../lambda/core/api-key.ts';
import {
  ExchangeRefusedError,
  ExchangeUnavailableError,
  InvalidInputError,
} from '../../lambda/core/errors.ts';
import { observe } from '../../lambda/core/observation.ts';
import type { Activity, OrderQuery, Span } from '../../lambda/core/ports.ts';
import { stoppedLabel } from '../../lambda/core/staging.ts';
import type { AccountDeclaration, KeyDeclaration } from '../../lambda/declaration.ts';
import { aDeclaration, anAccount, someCredentials } from '../support/builders.ts';
import { at, START } from '../support/fixed-time.ts';
import { World } from '../support/world.ts';

/** Since when each place is looked at; the main account is ''. */
const SPANS: Readonly<Record<string, Span>> = {
  '': { from: at(-3), to: START },
  '1001': { from: at(-1), to: START },
  '2002': { from: at(-2), to: START },
};

let world: World;
let account: AccountDeclaration;
/** Key IDs that orders and coins were asked with. */
let asked: string[];
let queries: OrderQuery[];
/** What the exchange answers to questions about orders, by key ID; an empty list otherwise. */
let answers: Map<string, Error>;
let activity: Activity;

beforeEach(() => {
  world = new World();
  asked = [];
  queries = [];
  answers = new Map();
  const ask = ({ keyId }: Credentials) => {
    asked.push(keyId);
    const answer = answers.get(keyId);
    if (answer) throw answer;
  };
  activity = {
    listsEveryRight: true,
    listOrders: async (signer, query) => {
      ask(signer);
      queries.push(query);
      return { orders: [], isCut: false };
    },
  };
  Object.defineProperty(world.exchange, 'activity', { get: () => activity });
});

/** Declares these keys, each with a current version that holds a key of its name. */
function declare(...keys: Partial<KeyDeclaration>[]): void {
  const declared = keys.map((key, n) => aDeclaration({ name: `bot-${n}`, ...key }));
  account = anAccount(declared);
  for (const { name } of declared) {
    const arn = world.store.addSecret(`rekey/main/${name}`);
    world.store.putByHand(arn, someCredentials(`bg_of_${name}`));
  }
}

function stop(name: string): void {
  const secretId = `rekey/main/${name}`;
  const current = world.store.holder(secretId, 'AWSCURRENT') ?? '';
  world.store.label(secretId, stoppedLabel(current), current);
}

async function look(): Promise<ActivityObservation> {
  const observation = await observe(account, world.ports);
  const spanOf = (subAccount = '') => SPANS[subAccount] ?? { from: START, to: START };
  return await observeActivity({ declaration: account, observation, spanOf }, world.ports);
}

const refused = (keyId: string) => new ExchangeRefusedError('AddressNotAllowed', '1', keyId);
const TRADES = { symbols: ['BTCUSDT'] };

describe('orders', () => {
  test('are asked for with the key that can do the least, and with no other', async () => {
    declare({ ...TRADES, permission: 'trade' }, { permission: 'read' });
    await look();
    expect(asked).toEqual(['bg_of_bot-1']);
  });

  test('are asked for with the next key if the exchange refuses one', async () => {
    declare(TRADES, TRADES, TRADES);
    answers.set('bg_of_bot-0', refused('bg_of_bot-0'));
    const { sights, blind } = await look();
    expect(asked).toEqual(['bg_of_bot-0', 'bg_of_bot-1']);
    expect(sights[0]?.orders).toEqual({ orders: [], isCut: false });
    expect(blind).toEqual([]);
  });

  test('are not seen if every key is refused, and the last refusal is the reason', async () => {
    declare(TRADES, TRADES);
    for (const keyId of ['bg_of_bot-0', 'bg_of_bot-1']) answers.set(keyId, refused(keyId));
    const { sights, blind } = await look();
    expect(sights[0]?.orders).toBeUndefined();
    expect(blind).toEqual([{ what: 'orders', subAccount: '1001', error: refused('bg_of_bot-1') }]);
  });

  test('are not asked for again with another key if the exchange does not answer', async () => {
    declare(TRADES, TRADES);
    answers.set('bg_of_bot-0', new ExchangeUnavailableError('GET /orders', 'time-out'));
    const { blind } = await look();
    expect(asked).toEqual(['bg_of_bot-0']);
    expect(blind).toMatchObject([{ what: 'orders', error: { reason: 'ExchangeUnavailable' } }]);
  });

  test('are asked for past a key that was never issued and one that is no key', async () => {
    declare(TRADES, TRADES, TRADES);
    world.store.unlabel('rekey/main/bot-0', 'AWSCURRENT');
    const findValue = world.store.findValue.bind(world.store);
    world.store.findValue = async (secretId, versionId) => {
      if (secretId.includes('bot-1')) throw new InvalidInputError('SecretValueMalformed', 'no key');
      return await findValue(secretId, versionId);
    };
    expect((await look()).blind).toEqual([]);
    expect(asked).toEqual(['bg_of_bot-2']);
  });

  test('are not looked for before the first key was ever issued', async () => {
    declare(TRADES);
    world.store.unlabel('rekey/main/bot-0', 'AWSCURRENT');
    const { sights, blind } = await look();
    expect(blind).toEqual([]);
    expect(sights[0]?.orders).toBeUndefined();
  });

  test('are not seen if no current value is a key to ask with', async () => {
    declare(TRADES);
    world.store.findValue = async () => {
      throw new InvalidInputError('SecretValueMalformed', 'no key');
    };
    expect((await look()).blind).toMatchObject([
      { error: { reason: 'NoKeyToAskWith', message: 'the sub-account has no key to ask with' } },
    ]);
  });

  test('are looked for in the symbols of coins that fees are paid in, which are not told', async () => {
    declare(TRADES);
    activity = { ...activity, feeCoins: ['BNB'], listCoins: async () => ['BNB', 'BTC', 'PEPE'] };
    const { sights } = await look();
    expect(queries[0]?.strangeCoins).toEqual(['BNB', 'PEPE']);
    expect(sights[0]?.coins).toEqual(['BTC', 'PEPE']);
  });

  test('are asked for by all declared symbols of the sub-account, each once, since the last look', async () => {
    declare(
      { symbols: ['BTCUSDT', 'ETHUSDT'] },
      { symbols: ['ETHUSDT', 'SOLUSDT'] },
      { symbols: ['XRPUSDT'], subAccount: '2002' },
    );
    await look();
    expect(queries).toEqual([
      { symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], span: SPANS['1001'] },
      { symbols: ['XRPUSDT'], span: SPANS['2002'] },
    ]);
  });

  test('are asked for without a symbol if any will do', async () => {
    declare({ symbols: 'any' });
    await look();
    expect(queries).toMatchObject([{ symbols: [] }]);
  });

  test('are not asked for if no key declares its symbols', async () => {
    declare({}, {});
    const { sights, blind } = await look();
    expect(asked).toEqual([]);
    expect(sights[0]?.orders).toBeUndefined();
    expect(blind).toEqual([]);
  });

  test('are asked for with keys that are not stopped', async () => {
    declare(TRADES, TRADES);
    stop('bot-0');
    await look();
    expect(asked).toEqual(['bg_of_bot-1']);
  });

  test('are not asked for if all keys are stopped', async () => {
    declare(TRADES);
    stop('bot-0');
    expect((await look()).blind).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('have the rhythm that is noted at the first key that declares its symbols', async () => {
    declare({}, TRADES, TRADES);
    const noted = '20 2026-11-21T10:00:00.000Z 2026-11-01T10:00:00.000Z';
    await world.store.tag('rekey/main/bot-1', 'rekey:orders', noted);
    expect((await look()).sights[0]?.rhythm?.peak).toBe(20);
  });
});

describe('coins', () => {
  test('are asked for with the same key, whose value is read once', async () => {
    declare(TRADES);
    activity = {
      ...activity,
      listCoins: async ({ keyId }) => {
        asked.push(keyId);
        return ['BTC'];
      },
    };
    const observation = await observe(account, world.ports);
    const read: string[] = [];
    world.store.findValue = async (secretId) => {
      read.push(secretId);
      return someCredentials('bg_of_bot-0');
    };
    const spanOf = () => ({ from: START, to: START });
    const { sights } = await observeActivity({ declaration: account, observation, spanOf }, world.ports);
    expect(sights[0]?.coins).toEqual(['BTC']);
    expect(asked).toEqual(['bg_of_bot-0', 'bg_of_bot-0']);
    expect(read).toHaveLength(1);
  });

  test('that no declared symbol explains are looked for in the orders, up to five of them', async () => {
    declare(TRADES);
    const strange = ['VIA', 'SYS', 'DMG', 'XRP', 'ADA', 'SOL'];
    activity = { ...activity, listCoins: async () => ['USDT', ...strange, 'BTC'] };
    await look();
    expect(queries.map(({ strangeCoins }) => strangeCoins)).toEqual([strange.slice(0, 5)]);
  });

  test('that are declared are not looked for, nor any where any symbol is allowed', async () => {
    declare(TRADES);
    activity = { ...activity, listCoins: async () => ['USDT', 'BTC'] };
    await look();
    declare({ symbols: 'any' });
    activity = { ...activity, listCoins: async () => ['USDT', 'SYS'] };
    await look();
    expect(queries.map((query) => query.strangeCoins)).toEqual([undefined, undefined]);
  });

  test('that could not be read are told as such', async () => {
    declare(TRADES);
    activity = { ...activity, listCoins: () => Promise.reject(refused('bg_of_bot-0')) };
    const { sights, blind } = await look();
    expect(sights[0]?.coins).toBeUndefined();
    expect(blind).toMatchObject([{ what: 'coins', subAccount: '1001' }]);
  });

  test('are not asked for if the keys are stopped, or declare no symbols', async () => {
    declare(TRADES, { subAccount: '2002' });
    stop('bot-0');
    activity = { ...activity, listCoins: () => Promise.reject(refused('bg_of_bot-0')) };
    expect((await look()).blind).toEqual([]);
  });

  test('are unknown at an exchange that does not tell them, though no key could be asked with', async () => {
    declare(TRADES);
    world.store.findValue = async () => {
      throw new InvalidInputError('SecretValueMalformed', 'no key');
    };
    expect((await look()).blind.map(({ what }) => what)).toEqual(['orders']);
  });
});

describe('movements and frozen sub-accounts', () => {
  const moved = { kind: 'Transfer', id: 't', at: START, coin: 'BTC', amount: '1', to: 'x' } as const;

  test('are asked for place by place, since the last look at it', async () => {
    declare({}, { subAccount: '2002' });
    const spans: Record<string, Span> = {};
    activity = {
      ...activity,
      listWithdrawals: async (span) => {
        spans[''] = span;
        return [{ ...moved, kind: 'Withdrawal' }];
      },
      listTransfers: async (subAccount, span) => {
        spans[subAccount] = span;
        return subAccount === '1001' ? [moved] : [];
      },
      listFrozen: async () => ['2002'],
    };
    const { sights, withdrawals } = await look();
    expect(spans).toEqual(SPANS);
    expect(withdrawals).toMatchObject([{ kind: 'Withdrawal' }]);
    expect(sights).toMatchObject([
      { subAccount: '1001', transfers: [moved], isFrozen: false, keys: [{ declared: { name: 'bot-0' } }] },
      { subAccount: '2002', transfers: [], isFrozen: true, keys: [{ declared: { name: 'bot-1' } }] },
    ]);
  });

  test('are not known where the exchange does not tell', async () => {
    declare({});
    const { sights, withdrawals, blind } = await look();
    expect({ withdrawals, blind }).toEqual({ withdrawals: [], blind: [] });
    expect(sights).toMatchObject([{ transfers: undefined, isFrozen: undefined }]);
  });

  test('that could not be read are told, each with its place', async () => {
    declare({});
    const fail = () => Promise.reject(refused('x'));
    activity = { ...activity, listWithdrawals: fail, listTransfers: fail, listFrozen: fail };
    const { blind, withdrawals } = await look();
    expect(withdrawals).toEqual([]);
    expect(blind.map(({ what, subAccount }) => ({ what, subAccount }))).toEqual([
      { what: 'withdrawals', subAccount: undefined },
      { what: 'frozen sub-accounts', subAccount: undefined },
      { what: 'transfers', subAccount: '1001' },
    ]);
  });

  test('are not asked for where any are allowed', async () => {
    declare({});
    account = { ...account, watch: { ...account.watch, withdrawals: 'any', transfers: 'any' } };
    activity = { ...activity, listWithdrawals: async () => [moved], listTransfers: async () => [moved] };
    const { sights, withdrawals } = await look();
    expect(withdrawals).toEqual([]);
    expect(sights[0]?.transfers).toEqual([]);
  });
});

describe('rights that the list of keys leaves out', () => {
  beforeEach(() => {
    activity = { ...activity, listsEveryRight: false };
  });

  test('are asked of each key that is not stopped', async () => {
    declare({}, {}, {});
    stop('bot-1');
    for (const n of [0, 1, 2]) {
      const { secret, passphrase } = someCredentials(`bg_of_bot-${n}`);
      world.exchange.addKey({
        keyId: `bg_of_bot-${n}`,
        secret: secret.reveal(),
        passphrase: passphrase?.reveal(),
      });
    }
    const { sights, blind } = await look();
    expect([...(sights[0]?.descriptions.keys() ?? [])]).toEqual(['bot-0', 'bot-2']);
    expect(sights[0]?.descriptions.get('bot-0')).toMatchObject({ mayWithdraw: false });
    expect(blind).toEqual([]);
  });

  test('that a key could not tell are told as not watched, with its name', async () => {
    declare({});
    const { sights, blind } = await look();
    expect(sights[0]?.descriptions.size).toBe(0);
    expect(blind).toMatchObject([{ what: 'rights of bot-0', subAccount: '1001' }]);
  });

  test('are not asked of a key that was never issued', async () => {
    declare({});
    world.store.unlabel('rekey/main/bot-0', 'AWSCURRENT');
    expect((await look()).blind).toEqual([]);
  });

  test('are not asked where the list shows every right', async () => {
    activity = { ...activity, listsEveryRight: true };
    declare({});
    expect((await look()).blind).toEqual([]);
  });
});
