import { z } from 'zod';
import { logGroupArn } from '../arn.ts';
import { parseFilterPattern } from '../logs/filter-pattern.ts';
import type { LogEvent } from '../logs/log-store.ts';
import type { Services } from '../services.ts';
import type { JsonOperation } from './json-services.ts';
import { ServiceRefusal } from './service-refusal.ts';

const MOST_EVENTS = 10_000;
const MOST_GROUPS = 50;

const filterLogEventsRequest = z.strictObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  logStreamNames: z.array(z.string()).optional(),
  logStreamNamePrefix: z.string().optional(),
  startTime: z.number().optional(),
  endTime: z.number().optional(),
  filterPattern: z.string().default(''),
  limit: z.number().min(1).max(MOST_EVENTS).default(MOST_EVENTS),
  nextToken: z.string().regex(/^\d+$/).default('0'),
  interleaved: z.boolean().optional(),
});

type FilterRequest = z.output<typeof filterLogEventsRequest>;

const describeLogGroupsRequest = z.strictObject({
  logGroupNamePrefix: z.string().optional(),
  logGroupNamePattern: z.string().optional(),
  limit: z.number().min(1).max(MOST_GROUPS).default(MOST_GROUPS),
  nextToken: z.string().regex(/^\d+$/).default('0'),
});

/** CloudWatch Logs as far as it is served: reading, for the CLI. */
export const LOGS_OPERATIONS: Readonly<Record<string, JsonOperation>> = {
  FilterLogEvents: filterLogEvents,
  DescribeLogGroups: describeLogGroups,
};

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
function filterLogEvents(input: unknown, { services, caller }: Parameters<JsonOperation>[1]): object {
  const request = filterLogEventsRequest.parse(input);
  const group = groupNameOf(request);
  const { logs, place, authorizer } = services;
  const resource = `${logGroupArn(place, group)}:*`;
  if (!authorizer.mayCall(caller, { action: 'logs:FilterLogEvents', resource })) {
    throw new ServiceRefusal(
      'AccessDeniedException',
      `${caller.arn} may not perform logs:FilterLogEvents on ${resource}`,
    );
  }
  if (!logs.has(group))
    throw new ServiceRefusal('ResourceNotFoundException', 'The specified log group does not exist.');
  const events = logs
    .events(group)
    .filter(filterOf(request))
    .sort((a, b) => a.timestampMs - b.timestampMs);
  const page = pageOf(events, request);
  const found = page.items.map(({ id, logStreamName, timestampMs, message }) => ({
    eventId: id,
    logStreamName,
    timestamp: timestampMs,
    ingestionTime: timestampMs,
    message,
  }));
  return { events: found, searchedLogStreams: [], ...page.next };
}

function filterOf(request: FilterRequest): (event: LogEvent) => boolean {
  const {
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
    logStreamNames,
    logStreamNamePrefix = '',
  } = request;
  const fits = parseFilterPattern(request.filterPattern);
  return ({ timestampMs, logStreamName, message }) =>
    timestampMs >= startTime &&
    timestampMs <= endTime &&
    (logStreamNames?.includes(logStreamName) ?? true) &&
    logStreamName.startsWith(logStreamNamePrefix) &&
    fits(message);
}

function groupNameOf({ logGroupName, logGroupIdentifier }: FilterRequest): string {
  const name = logGroupName ?? logGroupIdentifier?.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '');
  if (name !== undefined) return name;
  throw new ServiceRefusal(
    'InvalidParameterException',
    'One of logGroupName and logGroupIdentifier is required.',
  );
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
function describeLogGroups(input: unknown, { services }: { services: Services }): object {
  const request = describeLogGroupsRequest.parse(input);
  const { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern = '' } = request;
  const groups = services.logs
    .groups()
    .filter(({ name }) => name.startsWith(prefix) && name.includes(pattern))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(groups, request);
  const found = page.items.map(({ name, arn, createdAtMs, retentionDays }) => ({
    logGroupName: name,
    arn: `${arn}:*`,
    logGroupArn: arn,
    creationTime: createdAtMs,
    ...(retentionDays === undefined ? {} : { retentionInDays: retentionDays }),
  }));
  return { logGroups: found, ...page.next };
}

/** Tokens are positions in the list. */
function pageOf<T>(items: readonly T[], { limit, nextToken }: { limit: number; nextToken: string }) {
  const end = Number(nextToken) + limit;
  return {
    items: items.slice(Number(nextToken), end),
    next: end < items.length ? { nextToken: String(end) } : {},
  };
}
