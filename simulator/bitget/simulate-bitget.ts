import type { Answer, ExchangeKind, ExchangeSetting, SimulatedExchange } from '../exchange.ts';
import { commonFaults } from '../fault-names.ts';
import { type Fields, isFields } from '../fields.ts';
import { InputError } from '../input-error.ts';
import { SeededRandom } from '../random.ts';
import { type RateLimit, RateLimiter } from '../rate-limiter.ts';
import type { IncomingRequest } from '../traffic.ts';
import { accountRoutes } from './account-routes.ts';
import { toKeyRecord, websitePermissions } from './api-keys.ts';
import { type Arrival, authenticate } from './authenticate.ts';
import { refuse, succeed } from './envelope.ts';
import { keyRoutes } from './key-routes.ts';
import { Ledger } from './ledger.ts';
import { publicRoutes } from './public-routes.ts';
import { isRefusalCode, Refusal } from './refusal.ts';
import { parseQuery } from './signature.ts';
import { subAccountRoutes } from './sub-account-routes.ts';
import { tradeRoutes } from './trade-routes.ts';
import { transferRoutes } from './transfer-routes.ts';
import { openWebsite } from './website.ts';
import type { Route, SignedRoute, World } from './world.ts';

const routes: readonly Route[] = [
  ...keyRoutes,
  ...subAccountRoutes,
  ...accountRoutes,
  ...transferRoutes,
  ...tradeRoutes,
  ...publicRoutes,
];

const routesByCall = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));

/** All calls of one address. Source: https://www.bitget.com/api-doc/common/faq, question 10. */
const overallLimit: RateLimit = { count: 6_000, perMs: 60_000, recoveryMs: 5 * 60_000 };

/** A Bitget with a main account in unified mode, its sub-accounts and one manager key, all from the seed. */
export const bitget: ExchangeKind = {
  faults: [...commonFaults, 'bind-ip-first', 'other-names'],
  permissions: websitePermissions,
  simulate: simulateBitget,
};

function simulateBitget(setting: ExchangeSetting): SimulatedExchange {
  const { seed, clock, faults } = setting;
  const ledger = new Ledger(setting);
  const world: World = { ledger, clock, faults, disorder: new SeededRandom(seed, 'bitget disorder') };
  const limiter = setting.rateLimits ? new RateLimiter(clock) : undefined;
  const manager = addManagerKey(ledger);
  return {
    manager: { apiKey: manager.id, secret: manager.secret, password: manager.passphrase },
    subAccounts: ledger.virtualSubAccounts.map(({ uid }) => uid),
    routeNames: routes.map(({ name }) => name),
    website: openWebsite(world),
    get keys() {
      return [...ledger.keys.all].map((key) => toKeyRecord(key, ledger.main.uid));
    },
    routeOf: (request) => findRoute(request)?.name,
    claimedKey: ({ headers }) => headers['access-key']?.toString(),
    answer: (request, arrivedAt) => answer(world, { request, arrivedAt }, limiter),
    refusal: (code) => {
      if (!isRefusalCode(code))
        throw new InputError(`"${code}" is not one of Bitget's codes that are simulated`);
      return refuse(world, new Refusal(code));
    },
    throttled: () => refuse(world, new Refusal('429')),
  };
}

/** May manage keys and trade, from this machine only, and may not withdraw. */
function addManagerKey(ledger: Ledger) {
  return ledger.addKey({
    owner: ledger.main.uid,
    note: 'manager',
    passphrase: 'manager1',
    type: 'read_write',
    permissions: ['uta_mgt', 'uta_trade'],
    ips: ['127.0.0.1'],
    environment: 'live',
    madeBy: 'website',
  });
}

function findRoute({ method, path }: IncomingRequest): Route | undefined {
  return routesByCall.get(`${method} ${path}`);
}

function answer(world: World, arrival: Arrival, limiter: RateLimiter | undefined): Answer {
  try {
    admit(limiter, `address ${arrival.request.address}`, overallLimit);
    const route = findRoute(arrival.request);
    if (route === undefined) throw new Refusal('40404');
    return carryOut(world, arrival, { route, limiter });
  } catch (error) {
    if (error instanceof Refusal) return refuse(world, error);
    throw error;
  }
}

function carryOut(
  world: World,
  arrival: Arrival,
  { route, limiter }: { route: Route; limiter: RateLimiter | undefined },
): Answer {
  const { request } = arrival;
  const limit = { count: route.perSecond, perMs: 1_000 };
  if (route.access === 'public') {
    const left = admit(limiter, `${route.name} ${request.address}`, limit);
    const data = route.handle({ world, route: route.name, fields: readFields(request) });
    return succeed(world, data, left);
  }
  const key = authenticate(world, arrival, route.name);
  const left = admit(limiter, `${route.name} ${key.owner}`, limit);
  const account = world.ledger.ownerOf(key);
  checkPermission(route, key);
  if (route.mainAccountOnly && account.kind !== 'MAIN') throw new Refusal('40048');
  const data = route.handle({ world, route: route.name, fields: readFields(request), key, account });
  return succeed(world, data, left);
}

/** How many calls are left; @throws Refusal 429 when none is. */
function admit(limiter: RateLimiter | undefined, caller: string, limit: RateLimit): number {
  const left = limiter?.admit(caller, limit) ?? limit.count;
  if (left < 0) throw new Refusal('429');
  return left;
}

/** What stands in the text of 40014 for the missing permission is unconfirmed. */
function checkPermission(
  { needs }: SignedRoute,
  key: { type: string; permissions: readonly string[] },
): void {
  if (needs === null) return;
  const granted = key.permissions.includes(needs.permission) && !(needs.write && key.type === 'read_only');
  if (!granted) throw new Refusal('40014', `${needs.permission} ${needs.write ? 'read-write' : 'read'}`);
}

function readFields(request: IncomingRequest): Fields {
  if (request.method === 'GET') return Object.fromEntries(parseQuery(request.query) ?? []);
  if (!request.headers['content-type']?.startsWith('application/json')) throw new Refusal('40007');
  const body = parseJson(request.body);
  if (!isFields(body)) throw new Refusal('40017');
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
