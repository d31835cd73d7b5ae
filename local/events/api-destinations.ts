import { createHash } from 'node:crypto';
import { formatArn, type Place } from '../arn.ts';
import type { MovableClock } from '../clock.ts';
import { isRecord } from '../json.ts';
import { isOnThisMachine } from '../loopback-only.ts';

/** What a connection adds to each request. */
export interface Connection {
  readonly arn: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields of the body. */
  readonly body: Readonly<Record<string, string>>;
}

export interface ApiDestination {
  readonly name: string;
  readonly arn: string;
  readonly connectionArn: string;
  readonly method: string;
  readonly url: string;
}

/** A request as it was made, or would have been: only addresses on this machine are called. */
export interface ApiDestinationRequest {
  readonly destination: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: string;
  /** Status of the answer, `failed` without one, `kept` if the address is elsewhere. */
  outcome: number | 'failed' | 'kept' | 'under way';
}

/** EventBridge gives an endpoint five seconds. */
const TIME_OUT_MS = 5_000;

/**
 * Connections and API destinations. Called once, where EventBridge tries again for as long as the retry policy says.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html (2026-11)
 */
export class ApiDestinations {
  readonly #place: Place;
  readonly #clock: MovableClock;
  readonly #connections = new Map<string, Connection>();
  readonly #destinations = new Map<string, ApiDestination>();
  readonly #requests: ApiDestinationRequest[] = [];

  constructor(place: Place, clock: MovableClock) {
    this.#place = place;
    this.#clock = clock;
  }

  putConnection(name: string, adds: Omit<Connection, 'arn'>): Connection {
    const connection = { arn: this.#arn('connection', name), ...adds };
    this.#connections.set(name, connection);
    return connection;
  }

  removeConnection(name: string): void {
    this.#connections.delete(name);
  }

  putDestination(made: Omit<ApiDestination, 'arn'>): ApiDestination {
    const destination = { arn: this.#arn('api-destination', made.name), ...made };
    this.#destinations.set(made.name, destination);
    return destination;
  }

  removeDestination(name: string): void {
    this.#destinations.delete(name);
  }

  find(arn: string): ApiDestination | undefined {
    return [...this.#destinations.values()].find((destination) => destination.arn === arn);
  }

  /** Every request so far, oldest first. */
  requests(): readonly ApiDestinationRequest[] {
    return this.#requests;
  }

  /** Makes the request in the background; `advance` waits for it. @param failed told why there was no good answer */
  call(destination: ApiDestination, body: string, failed: (why: string) => void): void {
    const request = this.#prepare(destination, body);
    this.#requests.push(request);
    if (!isOnThisMachine(destination.url)) {
      request.outcome = 'kept';
      return;
    }
    this.#clock.hold(
      post(request, destination.method).then((outcome) => {
        request.outcome = outcome;
        if (outcome === 'failed' || outcome >= 300) failed(`the endpoint answered: ${outcome}`);
      }),
    );
  }

  #prepare({ name, url, connectionArn }: ApiDestination, body: string): ApiDestinationRequest {
    const connection = [...this.#connections.values()].find(({ arn }) => arn === connectionArn);
    const content: unknown = JSON.parse(body);
    const merged = isRecord(content) ? JSON.stringify({ ...content, ...connection?.body }) : body;
    const headers = { 'content-type': 'application/json; charset=utf-8', ...connection?.headers };
    const at = this.#clock.now().toISOString();
    return { destination: name, url, headers, body: merged, at, outcome: 'under way' };
  }

  /** AWS ends these ARNs in a UUID of its own choice. */
  #arn(kind: string, name: string): string {
    const id = createHash('sha256').update(`${kind} ${name}`).digest('hex');
    const uuid = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
    return formatArn(this.#place, 'events', `${kind}/${name}/${uuid}`);
  }
}

async function post(
  { url, headers, body }: ApiDestinationRequest,
  method: string,
): Promise<number | 'failed'> {
  try {
    const answer = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(TIME_OUT_MS) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 'failed';
  }
}
