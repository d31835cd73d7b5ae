import type { AuditEvent } from './audit-event.ts';
import type { AuditLog } from './ports.ts';

/** Ids of findings that this process has told. */
export type Told = Set<string>;

/** Tells what this process has not told yet. @throws if the audit bus does not accept it: then it is told again */
export async function tellOnce(events: readonly AuditEvent[], told: Told, audit: AuditLog): Promise<void> {
  const fresh = events.filter((event) => !told.has(event.id));
  if (fresh.length === 0) return;
  await audit.record(fresh);
  for (const event of fresh) told.add(event.id);
}
