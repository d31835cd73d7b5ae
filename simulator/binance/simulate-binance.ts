import type { Answer, ExchangeKind, ExchangeSetting, SimulatedExchange } from '../exchange.ts';
import { commonFaults } from '../fault-names.ts';
import { InputError } from '../input-error.ts';
import { SeededRandom } from '../random.ts';
import type { IncomingRequest } from '../traffic.ts';
import { accountRoutes, publicRoutes } from './account-routes.ts';
import { toKeyRecord } from './api-keys.ts';
import { authenticate } from './authenticate.ts';
import { createRoutes } from './create-key.ts';
import { notFound, refuse, succeed } from './envelope.ts';
import { familyRoutes } from './family-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { ipRoutes } from './ip-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { Ledger } from './ledger.ts';
import { orderRoutes } from './order-routes.ts';
import { isRefusalCode, Refusal } from './refusal.ts';
import { readText } from './request-text.ts';
import { rights } from './rights.ts';
import { openWebsite } from './website.ts';
import { type Used, Weights } from './weights.ts';
import { withdrawalRoutes } from './withdrawal-routes.ts';
import type { Arrival, Route, SignedCall, SignedRoute, World } from './world.ts';

const routes: readonly Route[] = [
  ...createRoutes,
  ...keyRoutes,
  ...ipRoutes,
  ...familyRoutes,
  ...accountRoutes,
  ...withdrawalRoutes,
  ...orderRoutes,
  ...historyRoutes,
  ...publicRoutes,
];

const routesByCall = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));

/** Parameters that every signed call has, beside its own. */
const signedParameters = ['timestamp', 'recvWindow', 'signature'];

/** A Binance with a master account, its sub-accounts and one manager key, all from the seed. */
export const binance: ExchangeKind = {
  faults: [...commonFaults, 'secret-with-own-key', 'firewall'],
  permissions: rights,
  simulate: simulateBinance,
};

function simulateBinance(setting: ExchangeSetting): SimulatedExchange {
  const { seed, clock, faults } = setting;
  const ledger = new Ledger(setting);
  const world: World = { ledger, clock, faults, disorder: new SeededRandom(seed, 'binance disorder') };
  const weights = new Weights(clock, setting.rateLimits);
  const manager = addManagerKey(ledger);
  return {
    manager: { apiKey: manager.id, secret: manager.secret },
    subAccounts: ledger.subAccounts.map(({ email }) => email),
    routeNames: routes.map(({ name }) => name),
    website: openWebsite(world),
    get keys() {
      return [...ledger.keys.all].map((key) => toKeyRecord(key, ledger.master.email));
    },
    routeOf: (request) => findRoute(request)?.name,
    claimedKey: ({ headers }) => headers['x-mbx-apikey']?.toString(),
    answer: (request, arrivedAt) => answer(world, { request, arrivedAt }, weights),
    refusal: (code) => {
      if (!isRefusalCode(code))
        throw new InputError(`"${code}" is not one of Binance's codes that are simulated`);
      return refuse(new Refusal(code), {});
    },
    throttled: () => refuse(new Refusal('-1003', { details: ['6000', '1 MINUTE'], retryAfter: 60 }), {}),
  };
}

/** May manage keys and trade, from this machine only, and may not withdraw. */
function addManagerKey(ledger: Ledger) {
  return ledger.addKey({
    owner: ledger.master.email,
    label: 'manager',
    rights: ['canTrade'],
    ips: ['127.0.0.1'],
    publicKey: undefined,
    madeBy: 'website',
  });
}

function findRoute({ method, path }: IncomingRequest): Route | undefined {
  return routesByCall.get(`${method} ${path}`);
}

function answer(world: World, arrival: Arrival, weights: Weights): Answer {
  const route = findRoute(arrival.request);
  if (route === undefined) return notFound;
  let used: Used = {};
  try {
    used = weights.chargeAddress(arrival.request.address, route);
    if (route.access === 'public') {
      checkPublic(arrival.request);
      return succeed(route.handle(world), used);
    }
    const call = authenticate(world, arrival, route);
    used = { ...used, ...weights.chargeAccount(call.account.uid, route, arrival.request.address) };
    checkNames(call, route);
    return succeed(route.handle(call), used);
  } catch (error) {
    if (error instanceof Refusal) return refuse(error, used);
    throw error;
  }
}

/** The public routes that are simulated have no parameters. */
function checkPublic(request: IncomingRequest): void {
  const sent = readText(request).values.size;
  if (sent > 0) throw new Refusal('-1101', { wording: 'tooMany', details: ['0', String(sent)] });
}

/** Documented for all calls; that /sapi refuses a strange parameter rather than to pass it over is not sure. */
function checkNames({ parameters }: SignedCall, route: SignedRoute): void {
  const { names } = parameters;
  const read = names.filter((name) => signedParameters.includes(name) || route.parameters.includes(name));
  if (read.length < names.length)
    throw new Refusal('-1104', { details: [String(read.length), String(names.length)] });
}
