import { type FaultName, faultNames } from './fault-names.ts';
import { type Fields, optionalChoice, optionalNumber, optionalText, parseFields } from './fields.ts';
import { InputError } from './input-error.ts';

/** One fault as ordered. */
export interface FaultOrder {
  readonly fault: FaultName;
  /** The only route it strikes; absent: every route. */
  readonly route?: string;
  /** How often it strikes before it is gone; absent: until cleared. */
  readonly count?: number;
  /** How many matching requests pass before it strikes first. */
  readonly after?: number;
  /** Chance of striking a matching request, 0 to 1, drawn from the seed; absent: always. */
  readonly probability?: number;
  /** The exchange's error code that a refusal carries. */
  readonly code?: string;
  readonly ms?: number;
  /** How many calls a new key is unknown for (`slow-activation`). */
  readonly calls?: number;
  /** The largest page of a list (`page-size`). */
  readonly size?: number;
  /** The permission that a key gets unasked (`extra-permission`); absent: one that was not asked for. */
  readonly permission?: string;
}

const parameters = ['route', 'count', 'after', 'probability', 'code', 'ms', 'calls', 'size', 'permission'];

/** Each inner list names fields of which at least one is needed. */
const needed: Partial<Record<FaultName, readonly (keyof FaultOrder)[]>> = {
  refuse: ['code'],
  'refuse-after-effect': ['code'],
  slow: ['ms'],
  'late-effect': ['ms'],
  'clock-skew': ['ms'],
  'slow-activation': ['ms', 'calls'],
  'slow-revocation': ['ms'],
  'stale-list': ['ms'],
  'page-size': ['size'],
};

/** What the names in an order may be at an exchange. */
interface Names {
  readonly routes: readonly string[];
  readonly permissions: readonly string[];
}

/** Reads one fault order. @throws InputError naming the field that is unknown, missing or wrong. */
export function parseFaultOrder(body: unknown, names: Names): FaultOrder {
  const fields = parseFields(body, ['fault', ...parameters]);
  const fault = optionalChoice(fields, 'fault', faultNames);
  if (fault === undefined) throw new InputError(`"fault" must be one of ${faultNames.join(', ')}`);
  const order: FaultOrder = { fault, ...parseScope(fields, names), ...parseDetails(fields, names) };
  requireDetails(order);
  return order;
}

function parseScope(fields: Fields, { routes }: Names): Partial<FaultOrder> {
  const probability = optionalNumber(fields, 'probability');
  if (probability !== undefined && (probability < 0 || probability > 1))
    throw new InputError('"probability" must be between 0 and 1');
  return present({
    route: optionalChoice(fields, 'route', routes),
    count: optionalWhole(fields, 'count', 1),
    after: optionalWhole(fields, 'after', 0),
    probability,
  });
}

function parseDetails(fields: Fields, { permissions }: Names): Partial<FaultOrder> {
  return present({
    code: optionalText(fields, 'code'),
    ms: optionalNumber(fields, 'ms'),
    calls: optionalWhole(fields, 'calls', 1),
    size: optionalWhole(fields, 'size', 1),
    permission: optionalChoice(fields, 'permission', permissions),
  });
}

function requireDetails(order: FaultOrder): void {
  const names = needed[order.fault] ?? [];
  if (names.length > 0 && names.every((name) => order[name] === undefined))
    throw new InputError(`"${order.fault}" needs "${names.join('" or "')}"`);
  if (
    order.fault === 'clock-skew' &&
    (order.route ?? order.count ?? order.after ?? order.probability) !== undefined
  )
    throw new InputError('"clock-skew" holds for the whole exchange until cleared: give "ms" only');
  if (order.fault !== 'clock-skew' && (order.ms ?? 0) < 0) throw new InputError('"ms" must not be negative');
}

function optionalWhole(fields: Fields, name: string, least: number): number | undefined {
  const value = optionalNumber(fields, name);
  if (value === undefined || (Number.isInteger(value) && value >= least)) return value;
  throw new InputError(`"${name}" must be a whole number of at least ${least}`);
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
