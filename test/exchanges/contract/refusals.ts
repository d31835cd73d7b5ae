import { describe, expect, test } from 'vitest';
import { Redacted } from '../../../lambda/core/redacted.ts';
import { someCredentials } from '../../support/builders.ts';
import { type ContractContext, PASSPHRASE } from './context.ts';

/** Every way in which an exchange says no, and what it means. */
export function refusals(c: ContractContext): void {
  describe('a refusal is understood when', () => {
    test('the key is unknown', async () => {
      const nobody = {
        ...someCredentials(c.facts.unknownKeyId),
        passphrase: new Redacted(PASSPHRASE),
      };
      await expect(c.exchange.describeKey(nobody)).rejects.toMatchObject({
        reason: c.facts.words.unknownKey,
      });
    });

    test('the passphrase is wrong', async () => {
      const key = await c.issue(c.order());
      const wrong = { ...key, passphrase: new Redacted('AnotherPassphrase1') };
      if (!key.passphrase) return;
      await expect(c.exchange.describeKey(wrong)).rejects.toMatchObject({ reason: 'BadPassphrase' });
    });

    test('the secret is wrong', async () => {
      const key = await c.issue(c.order());
      const wrong = { ...key, secret: new Redacted('another secret') };
      await expect(c.exchange.describeKey(wrong)).rejects.toMatchObject({ reason: 'BadSignature' });
    });

    test('the address is not on the allow-list', async () => {
      const key = await c.issue(c.order({ allowList: ['203.0.113.4'] }));
      await expect(c.exchange.describeKey(key)).rejects.toMatchObject({ reason: c.facts.words.address });
    });

    test('the clock is wrong', async () => {
      await c.under.simulator.fault({ fault: 'clock-skew', ms: 60_000 });
      await expect(c.exchange.listKeys(c.under.subAccounts[0])).rejects.toMatchObject({
        reason: 'ClockSkew',
      });
    });

    test('a permission is missing', async () => {
      const weak = c.under.adapter({ manager: await c.under.readOnlyManager() });
      await expect(weak.issueKey(c.order())).rejects.toMatchObject({ reason: c.facts.words.permission });
    });

    test('the sub-account belongs to somebody else', async () => {
      const listing = c.exchange.listKeys(c.under.strangeSubAccount);
      await expect(listing).rejects.toMatchObject({ reason: c.facts.words.strangeSubAccount });
    });

    test.skipIf(!c.facts.hasDemo)('the key belongs to the other environment', async () => {
      const other = c.under.adapter({ environment: 'demo' });
      const listing = other.listKeys(c.under.subAccounts[0]);
      await expect(listing).rejects.toMatchObject({ reason: 'WrongEnvironment' });
    });

    test('the manager key belongs to a sub-account', async () => {
      const products = [...new Set([...c.under.products.read, ...c.under.products.trade])];
      const sub = c.under.adapter({ manager: await c.issue(c.order({ products })) });
      const listing = sub.listKeys(c.under.subAccounts[0]);
      await expect(listing).rejects.toMatchObject({ reason: c.facts.words.notMainAccount });
    });

    test('its code is any of the documented ones, on a read and on a write', async () => {
      for (const [code, reason] of c.facts.codes) {
        await c.strike('list', { fault: 'refuse', code, count: 1 });
        await c.strike('issue', { fault: 'refuse', code, count: 1 });
        await expect(c.exchange.listKeys(c.under.subAccounts[0])).rejects.toMatchObject({ reason, code });
        await expect(c.exchange.issueKey(c.order())).rejects.toMatchObject({ reason, code });
      }
    });

    test('its code asks for fewer calls, whatever the status', async () => {
      for (const code of c.facts.rateLimitCodes) {
        await c.strike('issue', { fault: 'refuse', code, count: 1 });
        await expect(c.exchange.issueKey(c.order())).rejects.toMatchObject({ reason: 'RateLimited' });
      }
    });

    test('its code says "not now": a read was in vain, a write has an unknown outcome', async () => {
      for (const code of c.facts.notNowCodes) {
        await c.strike('list', { fault: 'refuse', code });
        const listing = c.exchange.listKeys(c.under.subAccounts[0]);
        await expect(listing).rejects.toMatchObject({ reason: 'ExchangeUnavailable' });
        await c.under.simulator.clearFaults();
        await c.strike('issue', { fault: 'refuse', code, count: 1 });
        await expect(c.exchange.issueKey(c.order())).rejects.toMatchObject({ reason: 'OutcomeUnknown' });
      }
    });
  });
}
