import { ACCOUNTS } from '../fleet.ts';
import type { Things } from '../things.ts';
import type { Attack } from './attack.ts';
import { byServices } from './by-services.ts';
import { onAccount } from './on-account.ts';
import { onAuditTrail } from './on-audit-trail.ts';
import { byReaders, onEncryption } from './on-encryption.ts';
import { onFunctions, onSurroundings } from './on-functions.ts';

/** What must be denied, whoever finds a way to ask. */
export function attacksOn(things: Things): Attack[] {
  return [
    ...ACCOUNTS.flatMap((account) => onAccount(account, things)),
    ...byReaders(things),
    ...onEncryption(things),
    ...onAuditTrail(things),
    ...onFunctions(things),
    ...onSurroundings(things),
    ...byServices(things),
  ];
}
