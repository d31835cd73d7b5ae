import type { AuditEvent, AuditEventName } from '../lambda/core/audit-event.ts';

/** The instants of one version of a key, as the audit trail tells them; absent: it has not happened. */
export interface Life {
  readonly versionId: string;
  readonly keyId: string;
  readonly issuedMs: number;
  readonly verifiedMs: number;
  readonly promotedMs: number;
  /** When the next version was promoted. */
  readonly replacedMs: number | undefined;
  readonly revokedMs: number | undefined;
}

/** The versions of a key that were promoted, the first one first. @throws Error if an event is missing */
export function livesOf(audit: readonly AuditEvent[], key: string): Life[] {
  const ofKey = audit.filter((event) => event.key === key);
  const find = (event: AuditEventName, versionId: string) =>
    ofKey.find((one) => one.event === event && one.versionId === versionId);
  const promotions = ofKey.filter(({ event }) => event === 'KeyPromoted');
  return promotions.map((promotion, index) => {
    const versionId = promotion.versionId ?? '';
    const issued = find('KeyIssued', versionId);
    const verified = find('KeyVerified', versionId);
    if (!issued || !verified) throw new Error(`${key} was promoted and not issued or verified`);
    return {
      versionId,
      keyId: issued.keyId ?? '',
      issuedMs: Date.parse(issued.at),
      verifiedMs: Date.parse(verified.at),
      promotedMs: Date.parse(promotion.at),
      replacedMs: timeOf(promotions[index + 1]),
      revokedMs: timeOf(find('KeyRevoked', versionId)),
    };
  });
}

function timeOf(event: AuditEvent | undefined): number | undefined {
  return event && Date.parse(event.at);
}
