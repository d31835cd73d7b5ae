import { randomUUID } from 'node:crypto';
import type { MovableClock } from '../clock.ts';
import type { Deliver } from '../delivery.ts';
import { type AsyncSettings, DEFAULT_ASYNC_SETTINGS } from './function-definition.ts';
import type { Functions } from './functions.ts';
import { InvocationRefusedError, type InvocationResult } from './invocation.ts';

interface AsyncDependencies {
  readonly clock: MovableClock;
  readonly functions: Functions;
  readonly deliver: Deliver;
}

/** An event that waits for its function. */
interface QueuedEvent {
  readonly functionName: string;
  readonly requestId: string;
  readonly payload: unknown;
  readonly submittedAtMs: number;
  readonly tries: number;
  readonly throttledTries: number;
}

/** Why an event is given up, in the words of Lambda's invocation record. */
type GivenUp = 'RetriesExhausted' | 'EventAgeExceeded';

const MINUTE_MS = 60_000;
const LONGEST_BACKOFF_MS = 5 * MINUTE_MS;

/**
 * Lambda's queue of asynchronous invocations: a failed event is tried again after one and after two minutes of
 * the cloud's time, then it goes to the dead-letter queue and the destination on failure.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncInvocations {
  readonly #dependencies: AsyncDependencies;
  readonly #settings = new Map<string, AsyncSettings>();

  constructor(dependencies: AsyncDependencies) {
    this.#dependencies = dependencies;
  }

  configure(functionName: string, settings: AsyncSettings): void {
    this.#settings.set(functionName, settings);
  }

  /** Back to Lambda's own settings. */
  unconfigure(functionName: string): void {
    this.#settings.delete(functionName);
  }

  /** Takes an event and returns at once. @throws InvocationRefusedError when there is no such function. */
  submit(nameOrArn: string, payload: unknown): { requestId: string } {
    const { clock, functions } = this.#dependencies;
    const functionName = functions.get(nameOrArn).definition.name;
    const requestId = randomUUID();
    const event = {
      functionName,
      requestId,
      payload,
      submittedAtMs: clock.nowMs(),
      tries: 0,
      throttledTries: 0,
    };
    this.#start(event);
    return { requestId };
  }

  #start(event: QueuedEvent): void {
    const { clock } = this.#dependencies;
    clock.hold(
      this.#try(event).catch((error: unknown) =>
        clock.report(error, `asynchronous invocation of ${event.functionName}`),
      ),
    );
  }

  async #try(event: QueuedEvent): Promise<void> {
    const { functions } = this.#dependencies;
    const tried = { ...event, tries: event.tries + 1 };
    try {
      const result = await functions.invoke(event.functionName, event.payload, event.requestId);
      if (result.functionError) this.#afterFailure(tried, result);
      else this.#tellDestination(tried, result, 'Success');
    } catch (error) {
      if (!(error instanceof InvocationRefusedError) || error.name !== 'TooManyRequestsException')
        throw error;
      this.#afterThrottle(event);
    }
  }

  #afterFailure(event: QueuedEvent, result: InvocationResult): void {
    const { maximumRetryAttempts } = this.#settingsOf(event);
    if (event.tries > maximumRetryAttempts) this.#giveUp(event, 'RetriesExhausted', result);
    else this.#later(event, event.tries * MINUTE_MS, result);
  }

  /** A throttled event does not use up a try, only its age. */
  #afterThrottle(event: QueuedEvent): void {
    const backoffMs = Math.min(1000 * 2 ** event.throttledTries, LONGEST_BACKOFF_MS);
    this.#later({ ...event, throttledTries: event.throttledTries + 1 }, backoffMs);
  }

  #later(event: QueuedEvent, delayMs: number, result?: InvocationResult): void {
    const { clock } = this.#dependencies;
    const whenMs = clock.nowMs() + delayMs;
    if (whenMs - event.submittedAtMs > this.#settingsOf(event).maximumEventAgeMs) {
      this.#giveUp(event, 'EventAgeExceeded', result);
    } else clock.at(whenMs, `retry of ${event.functionName}`, async () => this.#start(event));
  }

  #giveUp(event: QueuedEvent, condition: GivenUp, result?: InvocationResult): void {
    const { functions } = this.#dependencies;
    const { deadLetterArn } = functions.get(event.functionName).definition;
    if (deadLetterArn !== undefined) this.#send(event, deadLetterArn, deadLetter(event, result));
    this.#tellDestination(event, result, condition);
  }

  #tellDestination(
    event: QueuedEvent,
    result: InvocationResult | undefined,
    condition: GivenUp | 'Success',
  ): void {
    const { onFailureArn, onSuccessArn } = this.#settingsOf(event);
    const destination = condition === 'Success' ? onSuccessArn : onFailureArn;
    if (destination === undefined) return;
    const { clock, functions } = this.#dependencies;
    const record = {
      version: '1.0',
      timestamp: clock.now().toISOString(),
      requestContext: {
        requestId: event.requestId,
        functionArn: `${functions.get(event.functionName).arn}:$LATEST`,
        condition,
        approximateInvokeCount: event.tries,
      },
      requestPayload: event.payload,
      ...(result && responseOf(result)),
    };
    this.#send(event, destination, { body: JSON.stringify(record) });
  }

  #send(event: QueuedEvent, targetArn: string, parcel: Parameters<Deliver>[1]): void {
    const { functions, clock, deliver } = this.#dependencies;
    const { roleArn } = functions.get(event.functionName).definition;
    try {
      deliver(targetArn, parcel, { kind: 'role', service: 'lambda.amazonaws.com', roleArn });
    } catch (error) {
      clock.report(error, `failed event of ${event.functionName} to ${targetArn}`);
    }
  }

  #settingsOf({ functionName }: QueuedEvent): AsyncSettings {
    return this.#settings.get(functionName) ?? DEFAULT_ASYNC_SETTINGS;
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function deadLetter(event: QueuedEvent, result?: InvocationResult): Parameters<Deliver>[1] {
  const failure = (result?.payload ?? {}) as { errorMessage?: string };
  return {
    body: JSON.stringify(event.payload),
    attributes: {
      RequestID: event.requestId,
      ErrorCode: result ? '200' : '429',
      ErrorMessage: failure.errorMessage ?? 'Rate Exceeded.',
    },
  };
}

function responseOf({ functionError, payload }: InvocationResult): Record<string, unknown> {
  const context = { statusCode: 200, executedVersion: '$LATEST' };
  return {
    responseContext: functionError ? { ...context, functionError } : context,
    responsePayload: payload,
  };
}
