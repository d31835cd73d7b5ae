import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { type ContractContext, type ExchangeUnderTest, PASSPHRASE } from './context.ts';

/** What an error may never show. */
export function leaks(c: ContractContext): void {
  test('no error ever holds a secret, a passphrase, a signature, a header, a body or an answer', async () => {
    const told = await everyError(c);
    expect(told.errors.length).toBeGreaterThan(20);
    expect(told.secrets.length).toBeGreaterThan(50);
    for (const text of told.errors) {
      for (const secret of told.secrets) expect(text).not.toContain(secret);
    }
  });
}

/** Lets every call meet every fault, and collects what could leak and all that the errors show of themselves. */
async function everyError(c: ContractContext): Promise<{ errors: string[]; secrets: string[] }> {
  const { under, exchange } = c;
  const order = c.order();
  const { manager } = under.simulator.simulator;
  const secrets = new Set([manager.secret, PASSPHRASE, ...(manager.password ? [manager.password] : [])]);
  listenTo(under, secrets);
  const errors: string[] = [];
  const key = await c.issue(order);
  secrets.add(key.secret.reveal());
  const now = under.simulator.now();
  const span = { from: new Date(now.getTime() - 60_000), to: now };
  const calls: Record<keyof ExchangeUnderTest['routes'], () => Promise<unknown>> = {
    issue: () => exchange.issueKey(c.order()),
    list: () => exchange.listKeys(order.subAccount),
    revoke: () => exchange.revokeKey({ subAccount: order.subAccount, keyId: key.keyId }),
    describe: () => exchange.describeKey(key),
    orders: () => exchange.activity.listOrders(key, { symbols: ['BTCUSDT'], span }),
    withdrawals: async () => await exchange.activity.listWithdrawals?.(span),
    transfers: async () => await exchange.activity.listTransfers?.(order.subAccount, span),
    frozen: async () => await exchange.activity.listFrozen?.(),
  };
  const [code] = c.facts.codes.keys();
  const faults = ['lose-request', 'lose-answer', 'garbage', 'unavailable', 'throttle', 'refuse'];
  for (const [call, act] of Object.entries(calls)) {
    for (const fault of faults) {
      const route = under.routes[call as keyof typeof calls];
      await under.simulator.fault({ fault, route, ...(fault === 'refuse' ? { code } : {}) });
      const error = await act().catch((failure: unknown) => failure);
      if (error instanceof Error) errors.push(everythingOf(error));
      await under.simulator.clearFaults();
    }
  }
  return { errors, secrets: [...secrets, ...c.privateKeys] };
}

/** Notes every header and body that is sent to the exchange, and every answer. */
function listenTo(under: ExchangeUnderTest, secrets: Set<string>): void {
  const send = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const response = await send(url, init);
    if (!String(url).startsWith(under.simulator.simulator.url)) return response;
    const parameters = [...new URL(String(url)).searchParams].filter(([name]) => name === 'signature');
    const headers = [...new Headers(init?.headers).values()];
    const sent = [...headers, ...parameters.map(([, value]) => value)].filter((value) => value.length > 6);
    const body = typeof init?.body === 'string' ? [init.body] : [];
    const text = await response.clone().text();
    for (const value of [...sent, ...body, text]) {
      // What is left of an empty list after it was cut is no secret.
      if (value.length > 2 && value !== 'application/json') secrets.add(value);
    }
    return response;
  });
}

function everythingOf(error: Error): string {
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), ...own].join('\n');
}
