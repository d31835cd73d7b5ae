import { randomUUID } from 'node:crypto';
import type { Place } from '../arn.ts';

/** An event as rules and targets see it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Whole seconds, as on AWS. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What whoever sends an event says. */
export interface EventContent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources?: readonly string[] | undefined;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly time: Date;
}

export function makeEvent({ accountId, region }: Place, content: EventContent): BusEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': content['detail-type'],
    source: content.source,
    account: accountId,
    time: content.time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: content.resources ?? [],
    detail: content.detail,
  };
}

/** Whether an event is CloudTrail's record of a read: a rule gets it only if its state asks for it. */
export function isReadOnlyManagementEvent(event: BusEvent): boolean {
  const { readOnly, managementEvent } = event.detail;
  return comesFromCloudTrail(event) && readOnly === true && managementEvent !== false;
}

export function comesFromCloudTrail(event: Pick<BusEvent, 'detail-type'>): boolean {
  return event['detail-type'].endsWith('via CloudTrail');
}
