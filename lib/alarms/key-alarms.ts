import { METRICS } from '../../lambda/contract.ts';
import { type AlarmDefinition, COUNT, GAUGE } from './alarm-definition.ts';

/** Alarms on rotations, and on keys that are not as they should be. */
export const KEY_ALARMS: readonly AlarmDefinition[] = [
  {
    name: 'RotationFailed',
    metric: METRICS.rotationFailures,
    ...COUNT,
    severity: 'warning',
    toldBy: ['RotationFailed'],
    wrong:
      'A step of a rotation failed. The current key works on; Secrets Manager tries again while the window is open.',
    lookAt: 'rotate',
  },
  {
    name: 'RotationOverdue',
    metric: METRICS.rotationsOverdue,
    ...GAUGE,
    bad: [3, 3],
    severity: 'warning',
    toldBy: ['RotationOverdue'],
    wrong: 'The date by which a key should have been rotated has passed. The current key works on.',
  },
  {
    name: 'RevocationOverdue',
    metric: METRICS.revocationsOverdue,
    ...GAUGE,
    severity: 'critical',
    toldBy: ['RevocationOverdue'],
    wrong: 'A key that should be dead is still alive at the exchange after the tolerated delay.',
  },
  {
    name: 'OrphanKeys',
    metric: METRICS.orphanKeys,
    ...GAUGE,
    bad: [6, 6],
    severity: 'warning',
    toldBy: ['OrphanFound'],
    wrong: 'For half an hour there has been a key with our label that belongs to no version of a secret.',
  },
  {
    name: 'Drift',
    metric: METRICS.driftedKeys,
    ...GAUGE,
    bad: [2, 3],
    severity: 'warning',
    toldBy: ['DriftFound'],
    wrong: 'The permissions or the allow-list of a key at the exchange differ from the declaration.',
  },
  {
    name: 'KeyExpiring',
    metric: METRICS.keysExpiring,
    ...GAUGE,
    severity: 'warning',
    toldBy: ['KeyExpiring'],
    wrong: 'The exchange will soon end a key by itself.',
  },
  {
    name: 'KeyMissing',
    metric: METRICS.keysMissing,
    ...GAUGE,
    severity: 'critical',
    toldBy: ['KeyMissing'],
    wrong:
      'The exchange does not list the key that bots are using: it was deleted there, and they have no working key.',
  },
];
