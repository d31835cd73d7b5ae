import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AUDIT_LOG_GROUP } from '../../lambda/contract.ts';
import type { AuditTrail } from '../cloud.ts';
import { explainFailure } from './call-failure.ts';
import type { Target } from './target.ts';

/**
 * The audit log in CloudWatch Logs. Pages may be empty and still not be the last.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html (2026-11)
 */
export class CloudWatchAuditLog implements AuditTrail {
  readonly #client: CloudWatchLogsClient;
  readonly #target: Target;

  constructor(client: CloudWatchLogsClient, target: Target) {
    this.#client = client;
    this.#target = target;
  }

  async *read(since: Date): AsyncGenerator<string, void, undefined> {
    let nextToken: string | undefined;
    do {
      const page = await this.#page(since, nextToken);
      for (const { message } of page.events ?? []) if (message !== undefined) yield message;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }

  async #page(since: Date, nextToken: string | undefined) {
    try {
      return await this.#client.send(
        new FilterLogEventsCommand({ logGroupName: AUDIT_LOG_GROUP, startTime: since.getTime(), nextToken }),
      );
    } catch (error) {
      const call = { action: 'logs:FilterLogEvents', resource: `log group ${AUDIT_LOG_GROUP}` };
      throw explainFailure(error, { target: this.#target, ...call });
    }
  }
}
