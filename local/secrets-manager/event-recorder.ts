import { randomUUID } from 'node:crypto';
import type { MovableClock } from '../clock.ts';
import { apiCallDetail, type RecordedCall, serviceEventDetail } from './audit-record.ts';
import type { EmittedEvent } from './options.ts';
import type { Secret } from './secret.ts';
import { PENDING, PREVIOUS } from './staging-labels.ts';

interface RecorderDependencies {
  readonly clock: MovableClock;
  readonly region: string;
  readonly accountId: string;
  readonly cloudTrailDelayMs: number;
  emit(event: EmittedEvent): void;
}

/** Puts what happens on the default bus: audit records late, as CloudTrail does, the native event at once. */
export class EventRecorder {
  readonly #dependencies: RecorderDependencies;

  constructor(dependencies: RecorderDependencies) {
    this.#dependencies = dependencies;
  }

  apiCall(call: RecordedCall): void {
    const detail = apiCallDetail(this.#place(), call);
    this.#deliverLate('AWS API Call via CloudTrail', detail);
  }

  /** A rotation's event; its request ID names the secret and the rotation's token. */
  rotation(secret: Secret, happening: { name: string; token: string; errorMessage?: string }): void {
    const { name, token, errorMessage } = happening;
    this.#service({
      name,
      secretArn: secret.arn,
      requestId: `Rotation-${secret.arn}-${token}`,
      errorMessage,
    });
  }

  deletion(secret: Secret, name: string): void {
    this.#service({ name, secretArn: secret.arn, requestId: randomUUID() });
  }

  /** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html */
  labelMoved(secret: Secret, label: string, versionId: string): void {
    if (label === PENDING || label === PREVIOUS) return;
    this.#emit({
      source: 'aws.secretsmanager',
      'detail-type': 'Secret Label Updated',
      resources: [secret.arn],
      detail: { name: secret.name, labelUpdated: label, versionId },
      time: this.#dependencies.clock.now(),
    });
  }

  #service(happening: Parameters<typeof serviceEventDetail>[1]): void {
    const detail = serviceEventDetail(this.#place(), happening);
    this.#deliverLate('AWS Service Event via CloudTrail', detail);
  }

  #place(): { time: Date; region: string; accountId: string } {
    const { clock, region, accountId } = this.#dependencies;
    return { time: clock.now(), region, accountId };
  }

  #deliverLate(detailType: string, detail: Record<string, unknown>): void {
    const { clock, cloudTrailDelayMs } = this.#dependencies;
    const time = clock.now();
    const event = { source: 'aws.secretsmanager', 'detail-type': detailType, resources: [], detail, time };
    if (cloudTrailDelayMs === 0) {
      this.#emit(event);
      return;
    }
    clock.at(
      clock.nowMs() + cloudTrailDelayMs,
      `deliver CloudTrail record ${String(detail.eventName)}`,
      async () => this.#emit(event),
    );
  }

  /** A bus that fails must not fail the call that the event is about. */
  #emit(event: EmittedEvent): void {
    try {
      this.#dependencies.emit(event);
    } catch (error) {
      this.#dependencies.clock.report(error, `emit ${event['detail-type']}`);
    }
  }
}
