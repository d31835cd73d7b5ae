import type { Refusal } from '../../lambda/core/errors.ts';

/** What the codes of an exchange mean: the tables of docs/exchanges, not the adapters'. */
interface Codes {
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Refusals that the simulator cannot answer with. */
  readonly furtherRefusals: ReadonlyMap<string, Refusal>;
  /** "Fewer calls, please." */
  readonly rateLimit: readonly string[];
  /** "Not now": nobody knows whether the call had an effect. */
  readonly notNow: readonly string[];
}

const BITGET_REFUSALS = new Map<string, Refusal>([
  ['40006', 'UnknownKey'],
  ['40037', 'UnknownKey'],
  ['40041', 'UnknownKey'],
  ['40012', 'BadPassphrase'],
  ['40036', 'BadPassphrase'],
  ['40009', 'BadSignature'],
  ['40099', 'WrongEnvironment'],
  ['40005', 'ClockSkew'],
  ['40008', 'ClockSkew'],
  ['40078', 'ClockSkew'],
  ['40018', 'AddressNotAllowed'],
  ['40038', 'AddressNotAllowed'],
  ['22010', 'PermissionDenied'],
  ['40014', 'PermissionDenied'],
  ['25620', 'PermissionDenied'],
  ['40048', 'NotMainAccount'],
  ['40061', 'NotMainAccount'],
  ['40068', 'NotMainAccount'],
  ['25245', 'SubAccountRefused'],
  ['40028', 'SubAccountRefused'],
  ['40066', 'SubAccountRefused'],
  ['40063', 'KeyLimitReached'],
  ['40040', 'InvalidRequest'],
  ['40056', 'InvalidRequest'],
  ['40070', 'InvalidRequest'],
  ['40022', 'AccountFrozen'],
  ['40023', 'AccountFrozen'],
  ['40024', 'AccountFrozen'],
  ['40026', 'AccountFrozen'],
]);

const BINANCE_REFUSALS = new Map<string, Refusal>([
  ['-2015', 'NotAccepted'],
  ['-2008', 'UnknownKey'],
  ['-2014', 'UnknownKey'],
  ['-1002', 'PermissionDenied'],
  ['-1022', 'BadSignature'],
  ['-1021', 'ClockSkew'],
  ['-1020', 'InvalidRequest'],
  ['-1100', 'InvalidRequest'],
  ['-1102', 'InvalidRequest'],
  ['-1105', 'InvalidRequest'],
  ['-1130', 'InvalidRequest'],
  ['-9000', 'InvalidRequest'],
]);

const FURTHER_BITGET_REFUSALS = new Map<string, Refusal>([
  ['40065', 'UnknownKey'],
  ['40004', 'ClockSkew'],
  ['40019', 'InvalidRequest'],
  ['40057', 'InvalidRequest'],
  ['40058', 'InvalidRequest'],
  ['40404', 'InvalidRequest'],
]);

const FURTHER_BINANCE_REFUSALS = new Map<string, Refusal>([
  ['-1101', 'InvalidRequest'],
  ['-1103', 'InvalidRequest'],
  ['-1104', 'InvalidRequest'],
  ['-1106', 'InvalidRequest'],
]);

export const BITGET_CODES: Codes = {
  refusals: BITGET_REFUSALS,
  furtherRefusals: FURTHER_BITGET_REFUSALS,
  rateLimit: ['429', '25004'],
  notNow: ['45001', '40725', '40808', '40015'],
};

export const BINANCE_CODES: Codes = {
  refusals: BINANCE_REFUSALS,
  furtherRefusals: FURTHER_BINANCE_REFUSALS,
  rateLimit: ['-1003', '-1015'],
  notNow: ['-1000', '-1001', '-1006', '-1007', '-1008', '-1016'],
};
