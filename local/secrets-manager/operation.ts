import type { z } from 'zod';
import type { MovableClock } from '../clock.ts';
import type { RecordedCall } from './audit-record.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { Caller, SecretsManagerOptions } from './options.ts';
import { parseRequest } from './request-parsing.ts';
import type { RotationEngine } from './rotation-engine.ts';
import type { SecretTable } from './secret-table.ts';

/** What every operation works on. */
export interface ServiceContext {
  readonly clock: MovableClock;
  readonly table: SecretTable;
  readonly events: EventRecorder;
  readonly rotation: RotationEngine;
  readonly options: SecretsManagerOptions;
}

/** The call that an operation answers. */
export interface Call {
  readonly caller: Caller;
  /**
   * Refuses when policies do not allow `action` on the secret (`*` for none).
   * @throws ServiceError AccessDeniedException.
   */
  authorise(action: string, secretId: string): void;
  /** Writes a further audit record under the same caller. */
  record(record: Pick<RecordedCall, 'operation' | 'readOnly' | 'parameters' | 'failure'>): void;
}

/** An operation with the type of its request folded in. */
export interface Operation {
  readonly readOnly: boolean;
  /** Members of the request that exist, as the audit record may show them. */
  readonly members: readonly string[];
  /** Reads the request and returns what it is about and how to answer it. */
  prepare(input: unknown): PreparedOperation;
}

interface PreparedOperation {
  /** Secret named by the request, or `*`. */
  readonly target: string;
  /** Actions besides the one named as the operation. */
  readonly furtherActions: readonly string[];
  /** Names of the tags that are set or removed, for the condition key `aws:TagKeys`. */
  readonly tagKeys: readonly string[] | undefined;
  answer(context: ServiceContext, call: Call): object;
}

interface OperationDefinition<S extends z.ZodObject> {
  readonly request: S;
  /** @default false */
  readonly readOnly?: boolean;
  target?(request: z.infer<S>): string;
  furtherActions?(request: z.infer<S>): string[];
  tagKeys?(request: z.infer<S>): string[] | undefined;
  answer(context: ServiceContext, request: z.infer<S>, call: Call): object;
}

/** Makes an operation out of the shape of its request and the function that answers it. */
export function operation<S extends z.ZodObject>(definition: OperationDefinition<S>): Operation {
  return {
    readOnly: definition.readOnly ?? false,
    members: Object.keys(definition.request.shape),
    prepare(input) {
      const request = parseRequest(definition.request, input);
      return {
        target: definition.target?.(request) ?? '*',
        furtherActions: definition.furtherActions?.(request) ?? [],
        tagKeys: definition.tagKeys?.(request),
        answer: (context, call) => definition.answer(context, request, call),
      };
    },
  };
}

/** The target of every operation on one secret. */
export function namedSecret(request: { SecretId: string }): string {
  return request.SecretId;
}
