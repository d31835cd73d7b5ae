import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CredentialsOptions, credentials, type ExchangeKey } from '../../consumer/index.ts';
import { MemorySecret } from './memory-secret.ts';

const FIRST = { apiKey: 'bg_first', secret: 'first-half-of-nothing', password: 'passphrase1' };
const SECOND = { apiKey: 'bg_second', secret: 'second-half-of-nothing', password: 'passphrase2' };
const MINUTE = 60_000;

/** What the exchange answers to a key it does not accept. */
class KeyRefused extends Error {}
const isAuthenticationError = (error: unknown) => error instanceof KeyRefused;

let clock: number;
let secret: MemorySecret;
/** Key IDs that the exchange accepts. */
let accepted: Set<string>;
let orders: string[];

beforeEach(() => {
  clock = Date.parse('2026-11-21T08:00:00Z');
  secret = new MemorySecret(FIRST);
  accepted = new Set([FIRST.apiKey]);
  orders = [];
});

function cache(options: CredentialsOptions = {}) {
  return credentials('rekey/main/grid-bot', {
    client: secret.client,
    now: () => new Date(clock),
    ...options,
  });
}

async function placeOrder({ apiKey }: ExchangeKey): Promise<string> {
  if (!accepted.has(apiKey)) throw new KeyRefused(`refused ${apiKey}`);
  orders.push(apiKey);
  return `placed with ${apiKey}`;
}

function rotate({ isOldRevoked }: { isOldRevoked: boolean }): void {
  secret.store(SECOND);
  accepted = new Set(isOldRevoked ? [SECOND.apiKey] : [FIRST.apiKey, SECOND.apiKey]);
}

function outage(name = 'InternalServiceError'): Error {
  return Object.assign(new Error('no answer'), { name });
}

describe('credentials', () => {
  it('reads the version that is AWSCURRENT, by the name it was given', async () => {
    await cache().current();
    expect(secret.asked).toEqual([{ SecretId: 'rekey/main/grid-bot', VersionStage: 'AWSCURRENT' }]);
  });

  it('gives the fields that ccxt takes, plain, frozen and nothing else', async () => {
    secret.store({ ...FIRST, salt: 'not for bots' });
    const key = await cache().current();
    expect({ ...key }).toEqual(FIRST);
    expect(Object.isFrozen(key)).toBe(true);
  });

  it('leaves the passphrase out where the exchange has none', async () => {
    secret.store({ apiKey: 'a', secret: 'b' });
    expect(Object.keys(await cache().current())).toEqual(['apiKey', 'secret']);
  });

  it('shares one read among concurrent callers', async () => {
    const keys = cache();
    const release = secret.hold();
    const all = Promise.all(Array.from({ length: 20 }, () => keys.current()));
    release();
    expect(new Set((await all).map((key) => key.apiKey))).toEqual(new Set([FIRST.apiKey]));
    expect(secret.reads).toBe(1);
  });

  it.each([
    { options: {}, lifeMs: 5 * MINUTE },
    { options: { cacheMs: MINUTE }, lifeMs: MINUTE },
  ])('keeps a key for its life of $lifeMs ms and no longer', async ({ options, lifeMs }) => {
    const keys = cache(options);
    await keys.current();
    rotate({ isOldRevoked: false });
    clock += lifeMs - 1;
    expect((await keys.current()).apiKey).toBe(FIRST.apiKey);
    clock += 1;
    expect((await keys.current()).apiKey).toBe(SECOND.apiKey);
  });

  it('counts the life of a key from before the read, as it may have been replaced meanwhile', async () => {
    const keys = cache();
    const release = secret.hold();
    const reading = keys.current();
    clock += 4 * MINUTE;
    release();
    await reading;
    rotate({ isOldRevoked: false });
    clock += MINUTE;
    expect((await keys.current()).apiKey).toBe(SECOND.apiKey);
  });

  it('reads again after the clock was set back', async () => {
    const keys = cache();
    await keys.current();
    clock -= 60 * MINUTE;
    await keys.current();
    expect(secret.reads).toBe(2);
  });

  it('accepts a client of the SDK', () => {
    expect(credentials('rekey/main/grid-bot', { client: new SecretsManagerClient({}) })).toBeDefined();
  });
});

describe('use', () => {
  it('calls once when the exchange accepts the key', async () => {
    expect(await cache().use(placeOrder, { isAuthenticationError })).toBe('placed with bg_first');
    expect(orders).toEqual(['bg_first']);
  });

  it('reads again and calls once more when the cached key was revoked', async () => {
    const keys = cache();
    await keys.current();
    rotate({ isOldRevoked: true });
    expect(await keys.use(placeOrder, { isAuthenticationError })).toBe('placed with bg_second');
    expect(secret.reads).toBe(2);
  });

  it('serves many callers that fail at once with one read', async () => {
    const keys = cache();
    await keys.current();
    rotate({ isOldRevoked: true });
    const all = Array.from({ length: 20 }, () => keys.use(placeOrder, { isAuthenticationError }));
    expect(new Set(await Promise.all(all))).toEqual(new Set(['placed with bg_second']));
    expect(secret.reads).toBe(2);
  });

  it('takes the newer key without a read when somebody else has refreshed meanwhile', async () => {
    const keys = cache();
    const old = await keys.current();
    rotate({ isOldRevoked: true });
    keys.reportAuthenticationError(old);
    await keys.current();
    keys.reportAuthenticationError(old);
    expect(await keys.current()).toEqual(SECOND);
    expect(secret.reads).toBe(2);
  });

  it('neither waits for nor keeps what a read brings that began before the key was refused', async () => {
    const keys = cache();
    const old = await keys.current();
    clock += 5 * MINUTE;
    const release = secret.hold();
    const early = keys.current();
    rotate({ isOldRevoked: true });
    keys.reportAuthenticationError(old);
    expect(await keys.current()).toEqual(SECOND);
    release();
    await early;
    expect(await keys.current()).toEqual(SECOND);
  });

  it('throws the error of the exchange and calls no second time when the secret still holds the refused key', async () => {
    const keys = cache();
    accepted.clear();
    let calls = 0;
    const call = (key: ExchangeKey) => {
      calls += 1;
      return placeOrder(key);
    };
    await expect(keys.use(call, { isAuthenticationError })).rejects.toThrow(
      new KeyRefused('refused bg_first'),
    );
    expect(calls).toBe(1);
  });

  it('throws the error of the exchange when no key is left to use', async () => {
    const keys = cache({ staleMs: 0 });
    const call = async () => {
      clock += 5 * MINUTE;
      secret.outage = outage();
      throw new KeyRefused('refused at last');
    };
    await expect(keys.use(call, { isAuthenticationError })).rejects.toThrow('refused at last');
  });

  it('throws the error of the exchange when Secrets Manager cannot be asked', async () => {
    const keys = cache();
    await keys.current();
    rotate({ isOldRevoked: true });
    secret.outage = outage();
    await expect(keys.use(placeOrder, { isAuthenticationError })).rejects.toBeInstanceOf(KeyRefused);
  });

  it('never calls a third time', async () => {
    const keys = cache();
    await keys.current();
    secret.store(SECOND);
    const tried: string[] = [];
    const refuse = async ({ apiKey }: ExchangeKey) => {
      tried.push(apiKey);
      throw new KeyRefused(`refused ${apiKey}`);
    };
    await expect(keys.use(refuse, { isAuthenticationError })).rejects.toThrow('refused bg_second');
    expect(tried).toEqual(['bg_first', 'bg_second']);
  });

  it('passes every other error on and keeps the key', async () => {
    const keys = cache();
    const fault = new Error('insufficient balance');
    await expect(keys.use(() => Promise.reject(fault), { isAuthenticationError })).rejects.toBe(fault);
    await keys.current();
    expect(secret.reads).toBe(1);
  });
});

describe('reading again', () => {
  it('waits longer after each read that brings the refused key again, up to 30 seconds', async () => {
    const keys = cache();
    accepted.clear();
    const readsAt: number[] = [];
    const start = clock;
    await keys.current();
    for (; clock < start + 120_000; clock += 100) {
      const before = secret.reads;
      await keys.use(placeOrder, { isAuthenticationError }).catch(() => undefined);
      if (secret.reads > before) readsAt.push((clock - start) / 1000);
    }
    expect(readsAt).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  });

  it('has the new key as soon as the pause is over', async () => {
    const keys = cache();
    accepted.clear();
    await keys.use(placeOrder, { isAuthenticationError }).catch(() => undefined);
    rotate({ isOldRevoked: true });
    clock += 999;
    await expect(keys.use(placeOrder, { isAuthenticationError })).rejects.toThrow('refused bg_first');
    clock += 1;
    expect(await keys.use(placeOrder, { isAuthenticationError })).toBe('placed with bg_second');
  });

  it('reads at once when the new key is refused as well', async () => {
    const keys = cache();
    keys.reportAuthenticationError(await keys.current());
    await keys.current();
    clock += 1_000;
    secret.store(SECOND);
    keys.reportAuthenticationError(await keys.current());
    await keys.current();
    secret.store({ ...SECOND, apiKey: 'bg_third' });
    keys.reportAuthenticationError(SECOND);
    expect((await keys.current()).apiKey).toBe('bg_third');
  });
});

describe('an outage of Secrets Manager', () => {
  it('keeps a reported key that is within its life', async () => {
    const keys = cache();
    const key = await keys.current();
    secret.outage = outage();
    keys.reportAuthenticationError(key);
    expect(await keys.current()).toBe(key);
  });

  it.each([
    { options: {}, lastMs: 65 * MINUTE },
    { options: { cacheMs: MINUTE, staleMs: 2 * MINUTE }, lastMs: 3 * MINUTE },
    { options: { staleMs: 0 }, lastMs: 5 * MINUTE },
  ])('is survived with the last known key for $lastMs ms', async ({ options, lastMs }) => {
    const keys = cache(options);
    await keys.current();
    secret.outage = outage();
    clock += lastMs - 1;
    expect(await keys.current()).toEqual(FIRST);
    clock += 1;
    await expect(keys.current()).rejects.toMatchObject({
      name: 'KeyUnavailableError',
      reason: 'InternalServiceError',
    });
  });

  it('is over for the bot within the pause', async () => {
    const keys = cache();
    await keys.current();
    secret.outage = outage();
    clock += 5 * MINUTE;
    await keys.current();
    secret.outage = undefined;
    rotate({ isOldRevoked: false });
    expect(await keys.current()).toEqual(FIRST);
    clock += 1_000;
    expect(await keys.current()).toEqual(SECOND);
  });

  it('does not make a bot without a key hammer', async () => {
    const keys = cache();
    secret.outage = outage();
    for (let attempt = 0; attempt < 10; attempt += 1) await keys.current().catch(() => undefined);
    expect(secret.reads).toBe(1);
    secret.outage = undefined;
    clock += 1_000;
    expect(await keys.current()).toEqual(FIRST);
  });
});

describe('KeyUnavailableError', () => {
  it.each([
    { value: '{"apiKey":"bg_first","secret":"TOPSECRET"', reason: 'NotAKeyError' },
    { value: 'TOPSECRET', reason: 'NotAKeyError' },
    { value: 'null', reason: 'NotAKeyError' },
    { value: '{"apiKey":"TOPSECRET"}', reason: 'NotAKeyError' },
    { value: '{"apiKey":"TOPSECRET","secret":"TOPSECRET","password":7}', reason: 'NotAKeyError' },
  ])('says $reason for $value and shows nothing of it', async ({ value, reason }) => {
    secret.store(value);
    const error = await cache()
      .current()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason, message: `secret rekey/main/grid-bot gives no key: ${reason}` });
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('TOPSECRET');
  });

  it('shows nothing of what an error of the SDK carries', async () => {
    secret.outage = Object.assign(outage('SyntaxError'), { $response: { body: 'TOPSECRET' } });
    const error = await cache()
      .current()
      .catch((thrown: unknown) => thrown);
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('TOPSECRET');
  });

  it('says that there is no key yet and that time was up in words', async () => {
    secret.outage = outage('ResourceNotFoundException');
    await expect(cache().current()).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
    secret.outage = outage('AbortError');
    await expect(cache().current()).rejects.toMatchObject({ reason: 'TimedOut' });
  });
});
