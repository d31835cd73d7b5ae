import type { SimulatorClock } from './clock.ts';
import { faultNames } from './fault-names.ts';
import { isFields, parseFields } from './fields.ts';
import { InputError } from './input-error.ts';
import type { ManagementAnswer, ManagementRoute } from './management-port.ts';
import type { OpenExchange } from './open-exchange.ts';

/** Every route of the management port; `describe` is what a reset answers. */
export function managementRoutes(managed: OpenExchange, describe: () => object): ManagementRoute[] {
  return [
    ...keyRoutes(managed),
    ...websiteRoutes(managed),
    ...faultRoutes(managed),
    ...clockRoutes(managed),
    { method: 'GET', path: '/requests', act: () => ok({ requests: managed.log.entries }) },
    {
      method: 'POST',
      path: '/reset',
      act: () => {
        managed.reset();
        return ok(describe());
      },
    },
  ];
}

/** The website is looked up at each request, because a reset replaces it. */
function keyRoutes(managed: OpenExchange): ManagementRoute[] {
  return [
    { method: 'GET', path: '/keys', act: () => ok({ keys: managed.keys }) },
    { method: 'POST', path: '/keys', act: (body) => made(managed.website.createKey(body)) },
    { method: 'PATCH', path: '/keys/:apiKey', act: (body, id) => ok(managed.website.changeKey(id, body)) },
    { method: 'DELETE', path: '/keys/:apiKey', act: (_, id) => ok(managed.website.deleteKey(id)) },
  ];
}

function websiteRoutes(managed: OpenExchange): ManagementRoute[] {
  return [
    { method: 'POST', path: '/withdrawals', act: (body) => made(managed.website.withdraw(body)) },
    { method: 'POST', path: '/transfers', act: (body) => made(managed.website.transfer(body)) },
    { method: 'POST', path: '/orders', act: (body) => made(managed.website.order(body)) },
    { method: 'POST', path: '/freezes', act: (body) => made(managed.website.freeze(body)) },
  ];
}

function faultRoutes(managed: OpenExchange): ManagementRoute[] {
  const standing = () => ok({ hostility: managed.faults.hostile, faults: managed.faults.orders });
  return [
    { method: 'GET', path: '/faults', act: standing },
    {
      method: 'POST',
      path: '/faults',
      act: (body) => {
        changeFaults(managed, body);
        return standing();
      },
    },
  ];
}

function clockRoutes({ clock }: OpenExchange): ManagementRoute[] {
  const shown = () =>
    ok({ now: new Date(clock.now()).toISOString(), nowMs: clock.now(), frozen: clock.frozen });
  return [
    { method: 'GET', path: '/clock', act: shown },
    {
      method: 'POST',
      path: '/clock',
      act: (body) => {
        changeClock(clock, body);
        return shown();
      },
    },
  ];
}

/** One of: an order of a fault; `clear` with true or a fault's name; `hostility` with true or false. */
function changeFaults({ faults, orderFault }: OpenExchange, body: unknown): void {
  if (isFields(body) && 'clear' in body) {
    const { clear } = parseFields(body, ['clear']);
    const name = faultNames.find((candidate) => candidate === clear);
    if (clear !== true && name === undefined)
      throw new InputError('"clear" must be true or the name of a fault');
    faults.clear(name);
  } else if (isFields(body) && 'hostility' in body) {
    const { hostility } = parseFields(body, ['hostility']);
    if (typeof hostility !== 'boolean') throw new InputError('"hostility" must be true or false');
    faults.hostile = hostility;
  } else {
    orderFault(body);
  }
}

function changeClock(clock: SimulatorClock, body: unknown): void {
  const { now, advanceMs, frozen } = parseFields(body, ['now', 'advanceMs', 'frozen']);
  if (frozen !== undefined && typeof frozen !== 'boolean')
    throw new InputError('"frozen" must be true or false');
  if (advanceMs !== undefined && typeof advanceMs !== 'number')
    throw new InputError('"advanceMs" must be a number');
  if (frozen === true) clock.freeze();
  if (now !== undefined) clock.set(parseTime(now));
  if (advanceMs !== undefined) clock.advance(advanceMs);
  if (frozen === false) clock.run();
}

function parseTime(value: unknown): number {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof ms === 'number' && Number.isFinite(ms)) return ms;
  throw new InputError('"now" must be an ISO time or milliseconds since 1970');
}

function ok(body: object): ManagementAnswer {
  return { status: 200, body };
}

function made(body: object): ManagementAnswer {
  return { status: 201, body };
}
