import { randomUUID } from 'node:crypto';
import { type RecordedCall, requestParameters } from './audit-record.ts';
import { EventRecorder } from './event-recorder.ts';
import { PlannedFaults } from './faults.ts';
import type { Call, Operation, ServiceContext } from './operation.ts';
import { operations } from './operations/table.ts';
import type { AuthorizationRequest, Caller, SecretsManagerOptions } from './options.ts';
import { requireValidName } from './request-parsing.ts';
import { RotationEngine } from './rotation-engine.ts';
import { SecretTable } from './secret-table.ts';
import { SeededRandom } from './seeded-random.ts';
import { ConnectionLostError, ServiceError } from './service-error.ts';

const DEFAULT_CLOUD_TRAIL_DELAY_MS = 120_000;

/** A secret as it is. */
export interface SecretInsight {
  /** The version that carries each staging label. */
  readonly labels: ReadonlyMap<string, string>;
  /** The text that a version holds; undefined if it holds none. */
  textOf(versionId: string): string | undefined;
  readonly rotationEnabled: boolean;
}

/** A call with what its audit record will show. */
type OpenCall = Pick<RecordedCall, 'operation' | 'caller' | 'requestId' | 'readOnly' | 'parameters'>;

/**
 * AWS Secrets Manager in memory, with the rules that a rotation depends on.
 *
 * Strict: what the documentation refuses is refused. Operations are atomic, and rotations run in the background
 * on the given clock. Values appear in answers only.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
export class SecretsManager {
  readonly #context: ServiceContext;
  readonly #faults = new PlannedFaults();

  constructor(options: SecretsManagerOptions) {
    const { clock, region, accountId, seed = 1 } = options;
    const cloudTrailDelayMs = options.cloudTrailDelayMs ?? DEFAULT_CLOUD_TRAIL_DELAY_MS;
    const random = new SeededRandom(seed);
    const table = new SecretTable({ clock, random, region, accountId });
    const emit = options.emit.bind(options);
    const events = new EventRecorder({ clock, region, accountId, cloudTrailDelayMs, emit });
    const rotation = new RotationEngine({ clock, table, events, random, options });
    this.#context = { clock, table, events, rotation, options };
  }

  /**
   * Answers an operation by its name, for example `PutSecretValue`. Binary values may be base64 text or bytes;
   * answers hold dates and bytes as such.
   *
   * @throws ServiceError with the error name of AWS; ConnectionLostError when a fault was planned so.
   */
  async call(operation: string, input: unknown, caller: Caller): Promise<unknown> {
    const found = operations.get(operation);
    if (!found) throw new ServiceError('UnknownOperationException', 'The operation is not known.');
    const open: OpenCall = {
      operation,
      caller,
      requestId: caller.requestId ?? randomUUID(),
      readOnly: found.readOnly,
      parameters: requestParameters(input, found.members),
    };
    const answer = this.#answer(found, input, open);
    this.#record(open, { response: found.readOnly ? null : responseElements(answer) });
    this.#faults.strike(operation, 'after');
    return answer;
  }

  /** The newest state of a secret, as no caller sees it: without a call, a check or a record. For harnesses. */
  inspect(secretId: string): SecretInsight {
    const { labels, versions, rotation } = this.#context.table.get(secretId);
    const textOf = (versionId: string) => {
      const shown = versions.get(versionId)?.value?.expose();
      return shown && 'SecretString' in shown ? shown.SecretString : undefined;
    };
    return { labels, textOf, rotationEnabled: rotation?.enabled === true };
  }

  /** Resolves when no rotation is running; one that waits for its retry or window is not running. */
  async settled(): Promise<void> {
    await this.#context.rotation.settled();
  }

  /** Fails the next call of `operation` before it has an effect, or after it had one. */
  failNext(operation: string, when: 'before' | 'after', error: ServiceError | ConnectionLostError): void {
    this.#faults.plan(operation, { when, error });
  }

  /** Lets reads see every change from now on only `ms` later, as eventual consistency may; 0 ends it. */
  staleReadsFor(ms: number): void {
    this.#context.table.staleReadsFor(ms);
  }

  #answer(found: Operation, input: unknown, open: OpenCall): object {
    try {
      this.#faults.strike(open.operation, 'before');
      const { target, furtherActions, tagKeys, answer } = found.prepare(input);
      if (target !== '*' && !target.startsWith('arn:')) requireValidName(target);
      const call = this.#openCall(open, tagKeys);
      for (const action of [open.operation, ...furtherActions]) call.authorise(action, target);
      return answer(this.#context, call);
    } catch (failure) {
      // A call that never arrived leaves no record.
      if (!(failure instanceof ConnectionLostError)) this.#record(open, { response: null, failure });
      throw failure;
    }
  }

  #openCall(open: OpenCall, tagKeys: readonly string[] | undefined): Call {
    return {
      caller: open.caller,
      authorise: (action, secretId) => this.#authorise({ caller: open.caller, tagKeys }, action, secretId),
      record: (further) =>
        this.#record({ ...open, ...further }, { response: null, failure: further.failure }),
    };
  }

  #authorise(
    { caller, tagKeys }: Pick<AuthorizationRequest, 'caller' | 'tagKeys'>,
    action: string,
    secretId: string,
  ): void {
    const { options, table } = this.#context;
    const secret = secretId === '*' ? undefined : table.find(secretId);
    const typedArn = secretId === '*' || secretId.startsWith('arn:') ? secretId : table.partialArn(secretId);
    const resource = secret?.arn ?? typedArn;
    const name = `secretsmanager:${action}`;
    const resourcePolicy = secret?.resourcePolicy;
    const request = { caller, action: name, secretArn: resource, resourcePolicy, tagKeys };
    if (options.authorize?.(request) ?? true) return;
    throw new ServiceError(
      'AccessDeniedException',
      `User: ${caller.arn} is not authorized to perform: ${name} on resource: ${resource}`,
    );
  }

  #record(open: OpenCall, outcome: Pick<RecordedCall, 'response' | 'failure'>): void {
    if (this.#context.options.recordsCalls === false) return;
    this.#context.events.apiCall({ ...open, ...outcome });
  }
}

/** Writes are recorded with the ARN that they were about, as records since 2024 spell it. */
function responseElements(answer: object): Record<string, unknown> | null {
  return 'ARN' in answer ? { arn: answer.ARN } : null;
}
