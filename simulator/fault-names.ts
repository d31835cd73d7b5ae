/** Faults that every exchange knows. */
export const commonFaults = [
  'refuse',
  'throttle',
  'unavailable',
  'lose-request',
  'lose-answer',
  'late-effect',
  'hang',
  'garbage',
  'slow',
  'refuse-after-effect',
  'clock-skew',
  'slow-activation',
  'slow-revocation',
  'stale-list',
  'page-size',
  'omit-ts',
  'extra-permission',
  'drop-allow-list',
  'wrong-sub-account',
  'ignore-allow-list',
  'reorder',
  'extra-fields',
] as const;

/** Faults that make sense at one exchange only; each exchange says which are its own. */
const particularFaults = ['bind-ip-first', 'other-names', 'secret-with-own-key', 'firewall'] as const;

/** Every fault by name; `docs/simulator.md` says what each does. */
export const faultNames = [...commonFaults, ...particularFaults] as const;

export type FaultName = (typeof faultNames)[number];
