import { isKnown, noteUse } from '../key-life.ts';
import type { ApiKey } from './api-keys.ts';
import { Parameters, toMilliseconds } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { isPercentEncoded, type RequestText, readText } from './request-text.ts';
import { isSigned } from './signature.ts';
import type { Arrival, SignedCall, SignedRoute, World } from './world.ts';

const usualWindowMs = 5_000;
const longestWindowMs = 60_000;
const mostAheadMs = 1_000;

/**
 * Checks who calls, in this order: the key's form, the parameters that every signed call needs, time, key,
 * signature, address, account, right. The order is plausible, not documented. Unknown keys, wrong addresses,
 * frozen accounts and missing rights are refused alike. A call that gets as far as the right counts as a use.
 * @throws Refusal for the first check that fails
 */
export function authenticate(world: World, arrival: Arrival, route: SignedRoute): SignedCall {
  const id = readKey(arrival);
  const text = readText(arrival.request);
  const parameters = new Parameters(text);
  const signature = readSignature(text, parameters);
  checkTime(parameters, arrival.arrivedAt + world.faults.clockSkewMs);
  const key = world.ledger.keys.find(id);
  if (key === undefined || !isKnown(key, world.clock.now())) throw new Refusal('-2015');
  if (!isPercentEncoded(text.payload) || !isSigned(key, text.payload, signature)) throw new Refusal('-1022');
  checkAddress(world, { key, address: arrival.request.address, route: route.name });
  const account = world.ledger.ownerOf(key);
  if (account.frozen) throw new Refusal('-2015');
  noteUse(key, world.clock.now());
  if (route.masterOnly && account.kind !== 'MASTER') throw new Refusal('-2015');
  if (route.needs !== null && !key.rights.includes(route.needs)) throw new Refusal('-2015');
  return { world, route: route.name, parameters, key, account };
}

function readKey({ request }: Arrival): string {
  const id = request.headers['x-mbx-apikey']?.toString() ?? '';
  if (!/^[A-Za-z0-9]{64}$/.test(id)) throw new Refusal('-2014');
  return id;
}

/** One that is not the last parameter of its part cannot be told from what is signed. */
function readSignature({ signature }: RequestText, parameters: Parameters): string {
  const named = parameters.required('signature');
  if (signature === undefined) throw new Refusal('-1022');
  if (/^[A-Za-z0-9+/=]+$/.test(named)) return signature;
  throw new Refusal('-1100', { details: ['signature', '^[A-Za-z0-9+/=]+$'] });
}

/** Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security */
function checkTime(parameters: Parameters, serverTime: number): void {
  const timestamp = toMilliseconds(Number(parameters.requiredLegal('timestamp', /^[0-9]{1,20}$/)));
  const window = Number(
    parameters.optionalLegal('recvWindow', /^[0-9]{1,20}(\.[0-9]{1,3})?$/) ?? usualWindowMs,
  );
  if (window > longestWindowMs) throw new Refusal('-1131');
  if (timestamp >= serverTime + mostAheadMs) throw new Refusal('-1021', { wording: 'ahead' });
  if (serverTime - timestamp > window) throw new Refusal('-1021');
}

/** A key without a list of addresses may be used from anywhere. */
function checkAddress(
  { faults, ledger }: World,
  { key, address, route }: { key: ApiKey; address: string; route: string },
): void {
  if (key.ips.length === 0 || key.ips.includes(address)) return;
  if (key.owner !== ledger.master.email && faults.strike('ignore-allow-list', route)) return;
  throw new Refusal('-2015');
}
