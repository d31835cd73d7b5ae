import { z } from 'zod';
import { AUDIT_SOURCE, MANAGER_KEY_NAME } from '../lambda/contract.ts';
import type { AuditEventName } from '../lambda/core/audit-event.ts';
import { parseJson } from './parse-json.ts';

/** One line of the audit trail. `key` is `<account>/<key>`, or the account alone if no key is concerned. */
export interface AuditEntry {
  /** The same fact has the same id, however often it was delivered. */
  readonly id: string;
  /** For ordering. Secrets Manager tells whole seconds: their end is taken, as what led there is told exactly. */
  readonly at: Date;
  /** As precise as it was told. */
  readonly time: string;
  readonly event: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly key: string;
  readonly keyId: string;
  readonly who: string;
  readonly reason: string;
  readonly message: string;
  /** The stored event, whole. */
  readonly stored: unknown;
}

const SECRETS_MANAGER = 'secretsmanager.amazonaws.com';

/** Events that name no key and concern the manager key. */
const ABOUT_MANAGER: readonly string[] = ['ManagerAccepted', 'ManagerRefused'] satisfies AuditEventName[];

/** Names of events are not checked: a trail outlives the version that wrote it. */
const ownEvent = z
  .object({
    source: z.literal(AUDIT_SOURCE),
    detail: z.object({
      id: z.string(),
      at: z.iso.datetime(),
      event: z.string(),
      severity: z.enum(['info', 'warning', 'critical']).catch('info'),
      account: z.string(),
      key: z.string().optional(),
      keyId: z.string().default('-'),
      who: z.string(),
      reason: z.string(),
      message: z.string(),
    }),
  })
  .transform(({ detail }) => ({
    ...detail,
    at: new Date(detail.at),
    time: detail.at,
    key: keyOf(detail),
  }));

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html (2026-11) */
const labelEvent = z
  .object({
    id: z.string(),
    time: z.iso.datetime(),
    'detail-type': z.literal('Secret Label Updated'),
    detail: z.object({ name: z.string(), labelUpdated: z.string(), versionId: z.string() }),
  })
  .transform(({ id, time, detail: { name, labelUpdated, versionId } }) => ({
    ...fromSecretsManager({ id, at: time, secret: name }),
    event: 'SecretLabelUpdated',
    reason: 'LabelMoved',
    message: `Secrets Manager moved ${labelUpdated} to version ${versionId}`,
  }));

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html (2026-11) */
const serviceEvent = z
  .object({
    id: z.string(),
    'detail-type': z.literal('AWS Service Event via CloudTrail'),
    detail: z.object({
      eventName: z.string(),
      eventTime: z.iso.datetime(),
      errorMessage: z.string().optional(),
      additionalEventData: z.object({ SecretId: z.string() }),
    }),
  })
  .transform(({ id, detail: { eventName, eventTime, errorMessage, additionalEventData } }) => ({
    ...fromSecretsManager({ id, at: eventTime, secret: nameInArn(additionalEventData.SecretId) }),
    event: eventName,
    reason: 'ServiceEvent',
    message: errorMessage ?? `Secrets Manager recorded ${eventName}`,
  }));

const storedEvent = z.union([ownEvent, labelEvent, serviceEvent]);

/** Reads one line of the audit log; undefined if it is no event that Rekey's bus is meant to carry. */
export function parseAuditEntry(line: string): AuditEntry | undefined {
  const stored = parseJson(line);
  const parsed = storedEvent.safeParse(stored);
  return parsed.success ? { ...parsed.data, stored } : undefined;
}

function keyOf({
  account,
  event,
  key,
}: {
  account: string;
  event: string;
  key?: string | undefined;
}): string {
  const name = ABOUT_MANAGER.includes(event) ? MANAGER_KEY_NAME : key;
  return name === undefined ? account : `${account}/${name}`;
}

function fromSecretsManager({ id, at, secret }: { id: string; at: string; secret: string }) {
  const second = Math.floor(Date.parse(at) / 1000) * 1000;
  return {
    id,
    at: new Date(second + 999),
    time: `${new Date(second).toISOString().slice(0, 19)}Z`,
    severity: 'info' as const,
    key: secret.replace(/^rekey\//, ''),
    keyId: '-',
    who: SECRETS_MANAGER,
  };
}

/** The name without what Secrets Manager adds in an ARN: a hyphen and six characters. */
function nameInArn(arn: string): string {
  return arn
    .split(':')
    .slice(6)
    .join(':')
    .replace(/-[A-Za-z0-9]{6}$/, '');
}
