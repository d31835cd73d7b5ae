import type { KeyDeclaration } from '../declaration.ts';
import type { ManagerKey } from './api-key.ts';
import { type Fact, type Scene, tell } from './facts.ts';
import type { AuditLog, Exchange, PendingVersion, SecretStore, Time } from './ports.ts';

/** Longer than a rotation function can run: an attempt or a key that is younger may be in its hands right now. */
export const IN_FLIGHT_MS = 15 * 60_000;

/** One rotation of one key. */
export interface Rotation {
  readonly scene: Scene;
  /** ARN, as Secrets Manager gives it. */
  readonly secretArn: string;
  readonly version: PendingVersion;
  readonly key: KeyDeclaration;
}

/** What a rotation works with. */
export interface RotationPorts {
  readonly store: SecretStore;
  readonly exchange: Exchange;
  readonly audit: AuditLog;
  readonly time: Time;
  /** @throws InvalidInputError `ManagerMissing` */
  readonly manager: () => Promise<ManagerKey>;
}

/** Records facts about the rotation's version. Returns when the audit bus has accepted them. */
export async function recordFacts(
  rotation: Rotation,
  { audit, time }: RotationPorts,
  facts: readonly Fact[],
): Promise<void> {
  const { key, version, scene } = rotation;
  const about = { key: key.name, versionId: version.versionId };
  await audit.record(facts.map((fact) => tell(scene, time.now(), { ...about, ...fact })));
}
