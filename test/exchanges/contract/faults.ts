import { beforeEach, describe, expect, test } from 'vitest';
import { findDescriptionFault, findDrift } from '../../../lambda/core/checks.ts';
import { withShortTimeOuts } from '../../support/impatience.ts';
import { deadUrl } from '../../support/scripted-server.ts';
import type { ContractContext } from './context.ts';

/** Answers that are lost, late, broken or refused: what was done, and how often it was asked for. */
export function faults(c: ContractContext): void {
  describe('a create', () => {
    test.each([
      ['its answer is lost', { fault: 'lose-answer' }, 1],
      ['it hangs', { fault: 'hang' }, 1],
      ['its answer is garbage', { fault: 'garbage' }, 1],
      ['its connection is cut before it arrives', { fault: 'lose-request' }, 0],
      ['a gateway says that the exchange is down', { fault: 'unavailable' }, 0],
    ])('of which %s has an unknown outcome and is never sent twice', async (_what, fault, made) => {
      await c.strike('issue', { ...fault, count: 1 });
      if (fault.fault === 'hang') withShortTimeOuts();
      await expect(c.exchange.issueKey(c.order())).rejects.toMatchObject({ reason: 'OutcomeUnknown' });
      expect(await c.sent('issue')).toBe(1);
      expect(await c.under.simulator.keysOf(c.under.subAccounts[0])).toHaveLength(made);
      expect(await c.exchange.listKeys(c.under.subAccounts[0])).toHaveLength(made);
    });

    test('that is refused after all, though it had an effect, leaves a key that the list shows', async () => {
      const code = [...c.facts.codes.keys()][0];
      await c.strike('issue', { fault: 'refuse-after-effect', code, count: 1 });
      await expect(c.exchange.issueKey(c.order())).rejects.toMatchObject({ name: 'ExchangeRefusedError' });
      expect(await c.exchange.listKeys(c.under.subAccounts[0])).toMatchObject([{ label: c.order().label }]);
    });

    test('that comes too fast had no effect and is not sent again', async () => {
      await c.strike('issue', { fault: 'throttle', count: 1 });
      await expect(c.exchange.issueKey(c.order())).rejects.toMatchObject({ reason: 'RateLimited' });
      expect(await c.sent('issue')).toBe(1);
      expect(await c.under.simulator.keysOf(c.under.subAccounts[0])).toEqual([]);
    });

    test('that never left had no effect', async () => {
      const nowhere = c.under.adapter({ baseUrl: await deadUrl() });
      await expect(nowhere.issueKey(c.order())).rejects.toMatchObject({ reason: 'ExchangeUnavailable' });
    });

    test('is refused when the sub-account is full', async () => {
      for (let n = 0; n < c.exchange.keysPerSubAccount; n += 1) {
        await c.exchange.issueKey(c.order({ label: `rkabcdefghijkl${String(n).padStart(2, '0')}` }));
      }
      await expect(c.exchange.issueKey(c.order())).rejects.toMatchObject({ name: 'ExchangeRefusedError' });
      expect(await c.exchange.listKeys(c.under.subAccounts[0])).toHaveLength(c.exchange.keysPerSubAccount);
    });

    test('shows what the exchange made instead of what was ordered', async () => {
      await c.strike('issue', { fault: 'extra-permission', count: 1 });
      const wanted = c.order();
      const key = await c.issue(wanted);
      const [listed] = await c.listed(wanted.subAccount);
      expect(findDrift(listed ?? wanted, wanted)?.reason).toBe('ProductDrift');
      const description = await c.exchange.describeKey(key);
      expect(findDescriptionFault(description, c.declared(wanted))?.reason).toBe('ProductDrift');
    });

    test('shows when the exchange put the key into another sub-account', async () => {
      await c.strike('issue', { fault: 'wrong-sub-account', count: 1 });
      const wanted = c.order();
      const key = await c.issue(wanted);
      expect(await c.exchange.listKeys(wanted.subAccount)).toEqual([]);
      if (!c.facts.tells.owner) return; // that its sub-account does not list it must do
      const description = await c.exchange.describeKey(key);
      expect(findDescriptionFault(description, c.declared(wanted))?.reason).toBe('WrongSubAccount');
    });
  });

  describe('a revocation', () => {
    test('of a key that is gone already, or never was, is no error', async () => {
      const { subAccount } = c.order();
      const { keyId } = await c.exchange.issueKey(c.order());
      await c.exchange.revokeKey({ subAccount, keyId });
      await expect(c.exchange.revokeKey({ subAccount, keyId })).resolves.toBeUndefined();
      const never = { subAccount, keyId: c.facts.unknownKeyId };
      await expect(c.exchange.revokeKey(never)).resolves.toBeUndefined();
    });

    test('leaves every other key alone', async () => {
      const kept = await c.exchange.issueKey(c.order());
      const { keyId } = await c.exchange.issueKey(c.order({ label: 'rkabcdefghijklmo' }));
      await c.exchange.revokeKey({ subAccount: c.under.subAccounts[0], keyId });
      expect(await c.under.simulator.keysOf(c.under.subAccounts[0])).toMatchObject([{ apiKey: kept.keyId }]);
    });

    test.each(['lose-answer', 'hang', 'garbage', 'lose-request', 'unavailable'])(
      'that meets the fault %s has an unknown outcome, is sent once, and may be repeated',
      async (fault) => {
        const { keyId } = await c.exchange.issueKey(c.order());
        await c.strike('revoke', { fault, count: 1 });
        if (fault === 'hang') withShortTimeOuts();
        const outcome = c.exchange.revokeKey({ subAccount: c.under.subAccounts[0], keyId });
        await expect(outcome).rejects.toMatchObject({ reason: 'OutcomeUnknown' });
        expect(await c.sent('revoke')).toBe(1);
        await c.exchange.revokeKey({ subAccount: c.under.subAccounts[0], keyId });
        expect(await c.under.simulator.key(keyId)).toBeUndefined();
      },
    );

    test('that is refused leaves the key alive', async () => {
      const { keyId } = await c.exchange.issueKey(c.order());
      const weak = c.under.adapter({ manager: await c.under.readOnlyManager() });
      await expect(weak.revokeKey({ subAccount: c.under.subAccounts[0], keyId })).rejects.toMatchObject({
        reason: c.facts.words.permission,
      });
      expect(await c.under.simulator.key(keyId)).toBeDefined();
    });
  });

  describe.each(['list', 'describe'] as const)('a read (%s)', (call) => {
    let read: () => Promise<unknown>;

    beforeEach(async () => {
      const key = await c.issue(c.order());
      read =
        call === 'list'
          ? () => c.exchange.listKeys(c.under.subAccounts[0])
          : () => c.exchange.describeKey(key);
    });

    test.each(
      ['unavailable', 'lose-request', 'lose-answer', 'hang', 'throttle'].filter(
        (fault) => fault !== 'throttle' || !c.facts.saysWhenToComeBack,
      ),
    )('is tried again when it meets the fault %s', async (fault) => {
      await c.strike(call, { fault, count: 2 });
      if (fault === 'hang') withShortTimeOuts();
      await expect(read()).resolves.toBeDefined();
      expect(await c.sent(call)).toBe(3);
    });

    test.each([
      ['unavailable', 'ExchangeUnavailable'],
      ['lose-answer', 'ExchangeUnavailable'],
      ['throttle', 'RateLimited'],
    ])(
      'is given up after three times %s, or at once if it shall not come back soon',
      async (fault, reason) => {
        await c.strike(call, { fault });
        await expect(read()).rejects.toMatchObject({ reason });
        expect(await c.sent(call)).toBe(reason === 'RateLimited' && c.facts.saysWhenToComeBack ? 1 : 3);
      },
    );

    test('of which the answer is garbage fails and says nothing of it', async () => {
      await c.strike(call, { fault: 'garbage' });
      await expect(read()).rejects.toMatchObject({
        reason: 'ExchangeUnavailable',
        message: expect.stringMatching(/the answer is not in its envelope$|status 200 without JSON$/),
      });
    });

    test('that is refused is not tried again', async () => {
      const code = [...c.facts.codes.keys()][0];
      await c.strike(call, { fault: 'refuse', code });
      await expect(read()).rejects.toMatchObject({ name: 'ExchangeRefusedError', code });
      expect(await c.sent(call)).toBe(1);
    });
  });
}
