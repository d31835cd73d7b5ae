import { describe, expect, test } from 'vitest';
import { ADAPTERS, exchangeOf } from '../../lambda/exchanges/adapters.ts';
import { EXCHANGES } from '../../lambda/exchanges/catalog.ts';
import { Http } from '../../lambda/exchanges/http.ts';
import { sendOverNetwork } from '../../lambda/exchanges/network.ts';
import { anAccount, someCredentials } from '../support/builders.ts';
import { FixedTime } from '../support/fixed-time.ts';
import { ScriptedServer } from '../support/scripted-server.ts';

const OPTIONS = {
  manager: async () => someCredentials(),
  time: new FixedTime(),
  http: new Http(sendOverNetwork, new FixedTime()),
};

test('the catalog and the adapters name the same exchanges', () => {
  expect(Object.keys(ADAPTERS).sort()).toEqual(Object.keys(EXCHANGES).sort());
});

describe.each(Object.entries(EXCHANGES))('the exchange %s', (name, traits) => {
  test('has the same name and the same limits in the catalog and in its adapter', () => {
    const exchange = exchangeOf({ ...anAccount(), exchange: name }, OPTIONS);
    expect(traits.name).toBe(name);
    expect(exchange.name).toBe(name);
    expect(exchange.keysPerSubAccount).toBe(traits.keysPerSubAccount);
    expect(exchange.passphraseLength).toBe(traits.passphraseLength);
  });

  test('has facts that fit together', () => {
    const { read, trade } = traits.products;
    for (const { allowed, defaults } of [read, trade])
      expect(allowed).toEqual(expect.arrayContaining([...defaults]));
    expect(trade.defaults.length).toBeGreaterThan(0);
    for (const url of [traits.baseUrl, ...traits.otherBaseUrls])
      expect(url).toMatch(/^https:\/\/[a-z1-4.-]+$/);
    if (traits.passphraseLength !== undefined) {
      expect(traits.passphraseLength).toBeGreaterThanOrEqual(8);
      expect(traits.passphraseLength).toBeLessThanOrEqual(32);
    }
    expect(name).toMatch(/^[a-z0-9]+$/);
    const allowed = [...read.allowed, ...trade.allowed];
    expect(allowed.some((product) => /withdraw|transfer/i.test(product))).toBe(false);
  });
});

describe('the exchange of an account', () => {
  test('is called at the address that the account names', async () => {
    const server = await new ScriptedServer().start();
    server.says({ code: '00000', data: { items: [] } });
    const exchange = exchangeOf({ ...anAccount(), baseUrl: server.url }, OPTIONS);
    await exchange.listKeys('1001');
    expect(server.received).toHaveLength(1);
    await server.stop();
  });

  test('is refused if nobody knows it', () => {
    expect(() => exchangeOf({ ...anAccount(), exchange: 'mtgox' }, OPTIONS)).toThrow(
      expect.objectContaining({ reason: 'UnknownExchange' }),
    );
  });
});
