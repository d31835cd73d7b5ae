import { isKnown, noteUse } from '../key-life.ts';
import type { IncomingRequest } from '../traffic.ts';
import type { ApiKey } from './api-keys.ts';
import { Refusal } from './refusal.ts';
import { isSignedWith, parseQuery } from './signature.ts';
import type { World } from './world.ts';

const timestampValidMs = 30_000;

interface AccessHeaders {
  readonly key: string;
  readonly sign: string;
  readonly timestamp: string;
  readonly passphrase: string;
}

/** A request, and when it reached the exchange. */
export interface Arrival {
  readonly request: IncomingRequest;
  readonly arrivedAt: number;
}

/**
 * Checks who calls, in this order: headers, timestamp, key, passphrase, signature, environment, address,
 * account.
 * The order is plausible, not documented. A call that passes counts as a use of its key.
 * @throws Refusal for the first check that fails
 */
export function authenticate(world: World, { request, arrivedAt }: Arrival, route: string): ApiKey {
  const headers = readHeaders(request);
  checkTimestamp(headers.timestamp, arrivedAt + world.faults.clockSkewMs);
  const key = findKey(world, headers.key);
  if (headers.passphrase !== key.passphrase) throw new Refusal('40012');
  checkSignature(request, headers, key.secret);
  checkEnvironment(request, key);
  checkAddress(world, { key, address: request.address, route });
  if (world.ledger.ownerOf(key).frozen) throw new Refusal('40024');
  noteUse(key, world.clock.now());
  return key;
}

function readHeaders({ headers }: IncomingRequest): AccessHeaders {
  const read = (name: string) => headers[name]?.toString() ?? '';
  const key = read('access-key');
  if (key === '') throw new Refusal('40001');
  if (headers['access-sign'] === undefined) throw new Refusal('40002');
  const sign = read('access-sign');
  if (sign === '') throw new Refusal('40003');
  const passphrase = read('access-passphrase');
  if (passphrase === '') throw new Refusal('40011');
  return { key, sign, timestamp: read('access-timestamp'), passphrase };
}

function checkTimestamp(timestamp: string, now: number): void {
  if (!/^\d{1,16}$/.test(timestamp)) throw new Refusal('40005');
  if (Math.abs(now - Number(timestamp)) > timestampValidMs) throw new Refusal('40008');
}

function findKey({ ledger, clock }: World, id: string): ApiKey {
  if (!/^bg_[0-9a-z]{8,64}$/.test(id)) throw new Refusal('40006');
  const key = ledger.keys.find(id);
  if (key === undefined || !isKnown(key, clock.now())) throw new Refusal('40037');
  return key;
}

function checkSignature(request: IncomingRequest, headers: AccessHeaders, secret: string): void {
  const query = parseQuery(request.query);
  const { method, path, body } = request;
  const { timestamp } = headers;
  if (query === undefined || !isSignedWith(secret, { timestamp, method, path, query, body }, headers.sign))
    throw new Refusal('40009');
}

function checkEnvironment({ headers }: IncomingRequest, key: ApiKey): void {
  const called = headers.paptrading === '1' ? 'demo' : 'live';
  if (key.environment !== called) throw new Refusal('40099');
}

/**
 * A key without an allow-list may be used from anywhere. The sub-account pages call the list one for
 * withdrawals only; users report 40018 for other calls too, so here it holds for all, unless
 * `ignore-allow-list` is on.
 */
function checkAddress(
  { faults, ledger }: World,
  { key, address, route }: { key: ApiKey; address: string; route: string },
): void {
  if (key.ips.length === 0 || key.ips.includes(address)) return;
  if (key.owner !== ledger.main.uid && faults.strike('ignore-allow-list', route)) return;
  throw new Refusal('40018');
}
