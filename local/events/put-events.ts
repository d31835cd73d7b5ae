import { z } from 'zod';
import { isRecord } from '../json.ts';
import type { EventBuses } from './event-buses.ts';
import { DEFAULT_BUS } from './rule.ts';

const entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  /** Seconds since 1970, as the JSON protocol sends instants. */
  Time: z.number().optional(),
  TraceHeader: z.string().optional(),
});

const putEventsRequest = z.object({ Entries: z.array(entry), EndpointId: z.never().optional() });

type Entry = z.infer<typeof entry>;

/** One entry's fate, in the entries' order. */
type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

export interface PutEventsResponse {
  readonly FailedEntryCount: number;
  readonly Entries: readonly EntryResult[];
}

/** The request as a whole is refused. */
export class PutEventsRefusedError extends Error {
  override readonly name: 'ValidationException' | 'AccessDeniedException';

  constructor(name: PutEventsRefusedError['name'], message: string) {
    super(message);
    this.name = name;
  }
}

interface PutEventsContext {
  readonly buses: EventBuses;
  readonly now: Date;
  /** Whether the caller may put events on this bus. */
  mayPut(busArn: string): boolean;
}

const MOST_ENTRIES = 10;
const LARGEST_BYTES = 1024 * 1024;

/**
 * Takes up to ten events of at most 1 MB together. Each entry succeeds or fails for itself. An entry for a bus
 * that does not exist fails, while AWS accepts some of those and drops them.
 *
 * @throws PutEventsRefusedError
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function putEvents(input: unknown, context: PutEventsContext): PutEventsResponse {
  const parsed = putEventsRequest.safeParse(input);
  if (!parsed.success) throw new PutEventsRefusedError('ValidationException', z.prettifyError(parsed.error));
  const { Entries: entries } = parsed.data;
  requireSize(entries);
  for (const { EventBusName } of entries) requireAccess(EventBusName ?? DEFAULT_BUS, context);
  const results = entries.map((one) => putEntry(one, context));
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

function requireSize(entries: readonly Entry[]): void {
  if (entries.length === 0 || entries.length > MOST_ENTRIES) {
    throw new PutEventsRefusedError('ValidationException', `Entries must have 1 to ${MOST_ENTRIES} members`);
  }
  const bytes = entries.reduce((sum, one) => sum + sizeOf(one), 0);
  if (bytes <= LARGEST_BYTES) return;
  throw new PutEventsRefusedError(
    'ValidationException',
    `Total size of the entries in the request is over the limit: ${bytes} of ${LARGEST_BYTES} bytes.`,
  );
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return (Time === undefined ? 0 : 14) + texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function requireAccess(busName: string, { buses, mayPut }: PutEventsContext): void {
  const bus = buses.find(busName);
  if (!bus || mayPut(bus.arn)) return;
  throw new PutEventsRefusedError(
    'AccessDeniedException',
    `not authorized to perform: events:PutEvents on ${bus.arn}`,
  );
}

function putEntry(one: Entry, { buses, now }: PutEventsContext): EntryResult {
  const { Source, DetailType, Detail, EventBusName = DEFAULT_BUS, Resources, Time } = one;
  if (!Source) return invalid('Parameter Source is not valid. Reason: Source is a required argument.');
  if (!DetailType)
    return invalid('Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  if (!Detail) return invalid('Parameter Detail is not valid. Reason: Detail is a required argument.');
  const detail = parseDetail(Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if (!buses.find(EventBusName)) {
    return {
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Event bus ${EventBusName} does not exist.`,
    };
  }
  const time = Time === undefined ? now : new Date(Time * 1000);
  const content = { source: Source, 'detail-type': DetailType, resources: Resources, detail, time };
  return { EventId: buses.put(EventBusName, content).id };
}

function invalid(ErrorMessage: string): EntryResult {
  return { ErrorCode: 'InvalidArgument', ErrorMessage };
}

function parseDetail(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isRecord(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}
