import { describe, expect, test } from 'vitest';
import { findDescriptionFault, findDrift, findManagerFault } from '../../../lambda/core/checks.ts';
import { someCredentials } from '../../support/builders.ts';
import { type ContractContext, OWN_ADDRESS } from './context.ts';

/** A key from issue to revocation, and the manager key that makes it. */
export function lifeOfAKey(c: ContractContext): void {
  describe('the life of a key', () => {
    test('goes from issued over listed and described to revoked and unknown', async () => {
      const wanted = c.order();
      const key = await c.issue(wanted);
      const [listed, ...others] = await c.listed(wanted.subAccount);
      expect(others).toEqual([]);
      expect(listed).toMatchObject({ keyId: key.keyId, label: wanted.label });
      expect(findDrift(listed ?? wanted, wanted)).toBeUndefined();
      expect(findDescriptionFault(await c.exchange.describeKey(key), c.declared(wanted))).toBeUndefined();
      await c.exchange.revokeKey({ subAccount: wanted.subAccount, keyId: key.keyId });
      expect(await c.exchange.listKeys(wanted.subAccount)).toEqual([]);
      await expect(c.exchange.describeKey(key)).rejects.toMatchObject({ reason: c.facts.words.unknownKey });
    });

    test.each(['read', 'trade'] as const)('begins with every wanted value sent: %s', async (permission) => {
      const wanted = c.order({ permission, products: c.under.products[permission] });
      const key = await c.issue(wanted);
      const record = await c.under.simulator.key(key.keyId);
      expect(record?.label).toBe(wanted.label);
      expect(record?.subAccount).toBe(wanted.subAccount);
      expect([...(record?.permissions ?? [])].sort()).toEqual([...wanted.products].sort());
      expect([...(record?.ips ?? [])].sort()).toEqual([...wanted.allowList].sort());
      const description = await c.exchange.describeKey(key);
      expect(description).toMatchObject({ permission, mayWithdraw: false });
      if (c.facts.tells.owner) expect(description.accountId).toBe(wanted.subAccount);
    });

    test('tells when it began, where the exchange does', async () => {
      await c.exchange.issueKey(c.order());
      const [listed] = await c.exchange.listKeys(c.under.subAccounts[0]);
      const sinceMs = c.under.simulator.now().getTime() - (listed?.createdAt?.getTime() ?? 0);
      if (listed?.createdAt) expect(sinceMs).toBeGreaterThanOrEqual(0);
      if (listed?.createdAt) expect(sinceMs).toBeLessThan(10_000);
    });

    test('is the same whatever order the exchange lists its sets in', async () => {
      const wanted = c.order({ permission: 'read', products: c.under.products.read });
      const key = await c.issue(wanted);
      for (let time = 0; time < 5; time += 1) {
        const [listed] = await c.listed(wanted.subAccount);
        expect(findDrift(listed ?? wanted, wanted)).toBeUndefined();
        expect(findDescriptionFault(await c.exchange.describeKey(key), c.declared(wanted))).toBeUndefined();
      }
    });

    test('shows on the list of its own sub-account only', async () => {
      await c.exchange.issueKey(c.order({ subAccount: c.under.subAccounts[1] }));
      expect(await c.exchange.listKeys(c.under.subAccounts[0])).toEqual([]);
      expect(await c.exchange.listKeys(c.under.subAccounts[1])).toHaveLength(1);
    });

    test('shows on the list with what a person changed at the website', async () => {
      const wanted = c.order();
      const key = await c.issue(wanted);
      await c.under.simulator.changeKey(key.keyId, { ips: [] });
      const [listed] = await c.listed(wanted.subAccount);
      expect(findDrift(listed ?? wanted, wanted)?.reason).toBe('AllowListDrift');
      const description = await c.exchange.describeKey(key);
      expect(findDescriptionFault(description, c.declared(wanted))?.reason).toBe('AllowListDrift');
    });

    test('is found on whichever page of the list it is', async () => {
      const issued: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        issued.push((await c.exchange.issueKey(c.order({ label: `rkabcdefghijklm${n}` }))).keyId);
      }
      await c.strike('list', { fault: 'page-size', size: 2 });
      const listed = await c.exchange.listKeys(c.under.subAccounts[0]);
      expect(listed.map(({ keyId }) => keyId).sort()).toEqual(issued.sort());
      expect(await c.sent('list')).toBe(3);
    });

    test.skipIf(!c.facts.hasOtherNames)('is listed under other spellings of the same fields', async () => {
      const wanted = c.order();
      const key = await c.issue(wanted);
      await c.under.simulator.fault({ fault: 'other-names' });
      expect(await c.exchange.listKeys(wanted.subAccount)).toMatchObject([{ keyId: key.keyId }]);
      expect(findDescriptionFault(await c.exchange.describeKey(key), c.declared(wanted))).toBeUndefined();
    });

    test('is listed without an age where the exchange tells none', async () => {
      await c.exchange.issueKey(c.order());
      await c.strike('list', { fault: 'omit-ts' });
      expect((await c.exchange.listKeys(c.under.subAccounts[0]))[0]).not.toHaveProperty('createdAt');
    });
  });

  describe('the manager key', () => {
    test('is described as one that will do', async () => {
      const manager = await c.exchange.describeManager();
      expect(findManagerFault(manager)).toBeUndefined();
      expect(manager.allowList).toEqual(c.facts.tells.ownAddresses ? [OWN_ADDRESS] : 'untold');
    });

    test('is described as one that will not do when it may only read', async () => {
      const weak = c.under.adapter({ manager: await c.under.readOnlyManager() });
      expect(findManagerFault(await weak.describeManager())?.reason).toBe('ManagerCannotManageKeys');
    });

    test('does not pass for one when it is a key of a sub-account', async () => {
      const [subAccount] = c.under.subAccounts;
      const order = c.order({ permission: 'trade', products: c.under.products.trade });
      const sub = c.under.adapter({ manager: await c.issue(order) });
      const fault = findManagerFault(await sub.describeManager());
      if (c.facts.tells.isSubAccount) expect(fault?.reason).toBe('ManagerIsSubAccount');
      else await expect(sub.listKeys(subAccount)).rejects.toMatchObject({ name: 'ExchangeRefusedError' });
    });

    test('is not asked for to describe another key', async () => {
      const key = await c.issue(c.order());
      const managerless = c.under.adapter({ manager: someCredentials() });
      expect((await managerless.describeKey(key)).permission).toBe('trade');
    });
  });
}
