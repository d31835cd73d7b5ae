import { randomUUID } from 'node:crypto';
import type { Caller } from './options.ts';
import { ServiceError } from './service-error.ts';
import { userIdentity } from './user-identity.ts';

const EVENT_SOURCE = 'secretsmanager.amazonaws.com';
const SENSITIVE_MEMBERS = new Set(['SecretString', 'SecretBinary', 'RotationToken']);

/** Where and when a record is made. */
interface RecordPlace {
  readonly time: Date;
  readonly region: string;
  readonly accountId: string;
}

/** A call as the audit trail keeps it. */
export interface RecordedCall {
  readonly operation: string;
  readonly caller: Caller;
  readonly requestId: string;
  readonly readOnly: boolean;
  /** Known members of the request; see {@link requestParameters}. */
  readonly parameters: Record<string, unknown> | null;
  readonly response: Record<string, unknown> | null;
  readonly failure?: unknown;
}

/** A happening inside the service, without a caller. */
export interface ServiceHappening {
  readonly name: string;
  readonly secretArn: string;
  readonly requestId: string;
  readonly errorMessage?: string | undefined;
}

/**
 * The part of a request that an audit record shows: known members only, in camel case, and never a value or
 * rotation token. Unknown members are left out, since a misspelt one could hold a value.
 */
export function requestParameters(
  input: unknown,
  members: readonly string[],
): Record<string, unknown> | null {
  if (typeof input !== 'object' || input === null) return null;
  const given = Object.entries(input).filter(
    ([member, value]) => members.includes(member) && !SENSITIVE_MEMBERS.has(member) && value != null,
  );
  return given.length === 0
    ? null
    : Object.fromEntries(given.map(([key, value]) => [camel(key), camelDeep(value)]));
}

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export function apiCallDetail(place: RecordPlace, call: RecordedCall): Record<string, unknown> {
  const eventTime = isoSeconds(place.time);
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(call.caller, eventTime),
    ...common(place, call.operation),
    sourceIPAddress: call.caller.sourceAddress,
    userAgent: call.caller.userAgent ?? 'unknown',
    ...failureMembers(call.failure),
    requestParameters: call.parameters,
    responseElements: call.failure === undefined ? call.response : null,
    requestID: call.requestId,
    readOnly: call.readOnly,
    eventType: 'AwsApiCall',
  };
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html */
export function serviceEventDetail(place: RecordPlace, happening: ServiceHappening): Record<string, unknown> {
  return {
    eventVersion: '1.08',
    userIdentity: { accountId: place.accountId, invokedBy: EVENT_SOURCE },
    ...common(place, happening.name),
    sourceIPAddress: EVENT_SOURCE,
    userAgent: EVENT_SOURCE,
    ...(happening.errorMessage === undefined ? {} : { errorMessage: happening.errorMessage }),
    requestParameters: null,
    responseElements: null,
    additionalEventData: { SecretId: happening.secretArn },
    requestID: happening.requestId,
    readOnly: false,
    eventType: 'AwsServiceEvent',
  };
}

function common(place: RecordPlace, eventName: string): Record<string, unknown> {
  return {
    eventTime: isoSeconds(place.time),
    eventSource: EVENT_SOURCE,
    eventName,
    awsRegion: place.region,
    eventID: randomUUID(),
    managementEvent: true,
    recipientAccountId: place.accountId,
    eventCategory: 'Management',
  };
}

function failureMembers(failure: unknown): Record<string, unknown> {
  if (failure === undefined) return {};
  if (!(failure instanceof ServiceError)) return { errorCode: 'InternalServiceError' };
  const errorCode = failure.name === 'AccessDeniedException' ? 'AccessDenied' : failure.name;
  return { errorCode, errorMessage: failure.message };
}

function isoSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function camel(key: string): string {
  return key.charAt(0).toLowerCase() + key.slice(1);
}

function camelDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camel(key), camelDeep(inner)]));
}
