import { afterAll, afterEach, beforeAll, beforeEach, describe, vi } from 'vitest';
import { activity } from './contract/activity.ts';
import { ContractContext, type ExchangeFacts, type ExchangeUnderTest } from './contract/context.ts';
import { faults } from './contract/faults.ts';
import { leaks } from './contract/leaks.ts';
import { lifeOfAKey } from './contract/life-of-a-key.ts';
import { refusals } from './contract/refusals.ts';

/** What every adapter must do, against its simulated exchange. */
export function exchangeContract(facts: ExchangeFacts, start: () => Promise<ExchangeUnderTest>): void {
  describe(`the exchange ${facts.name}`, () => {
    const context = new ContractContext(facts);

    beforeAll(async () => {
      context.under = await start();
    });
    afterAll(() => context.under.simulator.simulator.stop());
    beforeEach(async () => {
      await context.under.simulator.reset();
      context.exchange = context.under.adapter();
    });
    afterEach(() => vi.restoreAllMocks());

    lifeOfAKey(context);
    faults(context);
    refusals(context);
    leaks(context);
    activity(context);
  });
}
