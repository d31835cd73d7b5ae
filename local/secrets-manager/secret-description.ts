import { daysBetween, type RotationRules } from './rotation-schedule.ts';
import type { RotationSettings, Secret } from './secret.ts';
import { labelsOf } from './staging-labels.ts';

/** The metadata that DescribeSecret and ListSecrets share; members without a value are left out. */
export function describeSecret(secret: Secret): Record<string, unknown> {
  return withValues({
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description || undefined,
    KmsKeyId: secret.kmsKeyId,
    ...describeRotation(secret.rotation),
    LastChangedDate: new Date(secret.changedAtMs),
    LastAccessedDate: dateOf(secret.accessedDayMs),
    DeletedDate: dateOf(secret.deletion?.dueAtMs),
    Tags: secret.tags.size > 0 ? [...secret.tags].map(([Key, Value]) => ({ Key, Value })) : undefined,
    CreatedDate: new Date(secret.createdAtMs),
  });
}

/** Labels by version, of the labelled versions only; undefined when there is none. */
export function versionIdsToStages(secret: Secret): Record<string, string[]> | undefined {
  const labelled = new Set(secret.labels.values());
  if (labelled.size === 0) return undefined;
  return Object.fromEntries([...labelled].map((id) => [id, labelsOf(secret, id)]));
}

export function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}

/** Drops the members that are undefined. */
export function withValues(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined));
}

/** The dates are shown only while rotation is on; the function and the rules stay visible after it was turned off. */
function describeRotation(settings: RotationSettings | undefined): Record<string, unknown> {
  if (!settings) return {};
  return {
    RotationEnabled: settings.enabled,
    RotationLambdaARN: settings.functionArn,
    RotationRules: describeRules(settings),
    LastRotatedDate: settings.enabled ? dateOf(settings.lastRotatedAtMs) : undefined,
    NextRotationDate: settings.enabled ? dateOf(settings.nextRotationAtMs) : undefined,
  };
}

function describeRules({ schedule, lastRotatedAtMs }: RotationSettings): RotationRules {
  const { rules } = schedule;
  if (rules.ScheduleExpression === undefined || lastRotatedAtMs === undefined) return rules;
  return { ...rules, AutomaticallyAfterDays: daysBetween(schedule, lastRotatedAtMs) };
}
