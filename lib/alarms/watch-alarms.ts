import { METRICS } from '../../lambda/contract.ts';
import { type AlarmDefinition, GAUGE } from './alarm-definition.ts';

/** Alarms on what the watch sees at the exchange. */
export const WATCH_ALARMS: readonly AlarmDefinition[] = [
  {
    name: 'ForeignKey',
    metric: METRICS.foreignKeys,
    ...GAUGE,
    severity: 'critical',
    toldBy: ['ForeignKeyFound'],
    wrong: 'A key that Rekey did not make is on a watched sub-account. Rekey never touches it.',
  },
  {
    name: 'PowerWidened',
    metric: METRICS.widenedKeys,
    ...GAUGE,
    severity: 'critical',
    toldBy: ['PowerWidened'],
    wrong: 'A key may do more at the exchange, or be used from more addresses, than is declared.',
  },
  {
    name: 'UnexpectedMovement',
    metric: METRICS.unexpectedMovements,
    ...GAUGE,
    severity: 'critical',
    toldBy: ['UnexpectedMovement'],
    wrong: 'Funds were withdrawn or transferred in a way that no declaration allows.',
  },
  {
    name: 'UndeclaredOrder',
    metric: METRICS.undeclaredOrders,
    ...GAUGE,
    severity: 'critical',
    toldBy: ['UndeclaredOrder'],
    wrong: 'An order was entered in a symbol that is not declared, or not through the API.',
  },
  {
    name: 'UndeclaredCoin',
    metric: METRICS.undeclaredCoins,
    ...GAUGE,
    severity: 'warning',
    toldBy: ['UndeclaredCoin'],
    wrong: 'A sub-account holds a coin that belongs to no declared symbol.',
  },
  {
    name: 'OrderBurst',
    metric: METRICS.orderBursts,
    ...GAUGE,
    severity: 'warning',
    toldBy: ['OrderBurst'],
    wrong: 'A sub-account entered far more orders in five minutes than it ever did.',
  },
  {
    name: 'SubAccountFrozen',
    metric: METRICS.frozenSubAccounts,
    ...GAUGE,
    // A pass that began before an order to stop may see what the order froze and not yet the stop.
    bad: [2, 2],
    severity: 'critical',
    toldBy: ['SubAccountFrozen'],
    wrong: 'A sub-account is frozen at the exchange, and not by Rekey: its keys can do nothing.',
  },
  {
    name: 'LaggingReader',
    metric: METRICS.laggingReaders,
    ...GAUGE,
    severity: 'warning',
    toldBy: ['LaggingReader'],
    wrong: 'A reader still holds a key that was replaced; when that key is revoked, it is locked out.',
  },
  {
    name: 'WatchBlind',
    metric: METRICS.blindWatches,
    ...GAUGE,
    bad: [6, 6],
    severity: 'warning',
    toldBy: ['WatchBlind'],
    wrong: 'For half an hour something that should be watched at the exchange could not be read.',
  },
];
