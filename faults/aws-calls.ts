import {
  InvalidRequestException,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import type { EventBridge } from '../lambda/aws/audit-log.ts';
import type { SecretsManager as SecretsManagerClient } from '../lambda/aws/secret-store.ts';
import type { AuditEvent } from '../lambda/core/audit-event.ts';
import type { Caller } from '../local/secrets-manager/options.ts';
import type { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import { ServiceError } from '../local/secrets-manager/service-error.ts';
import type { Leaks } from './leaks.ts';
import type { Process, Wire } from './wire.ts';

/** The part of a command that the SDK's clients and ours share. */
interface Command {
  readonly input: unknown;
}

const READS = /^(Get|Describe|List)/;

/** Errors that the product tells apart by their class. */
const CLASSES = { InvalidRequestException, ResourceExistsException, ResourceNotFoundException };

function operationOf(command: object): string {
  return command.constructor.name.replace(/Command$/, '');
}

/** The SDK's client for Secrets Manager, in front of the strict local one in this process. */
export function secretsLine(
  { secrets, wire, leaks }: { secrets: SecretsManager; wire: Wire; leaks: Leaks },
  process: Process,
  caller: Caller,
): SecretsManagerClient {
  const send = async (command: Command): Promise<unknown> => {
    const name = operationOf(command);
    const call = async () => await secrets.call(name, command.input, caller).catch(asSdkError);
    const answer = await wire.call<unknown>(process, {
      callee: 'secrets',
      name,
      changes: !READS.test(name),
      act: call,
      actLate: () => undefined,
      faulty: {
        lost: () => fail('TimeoutError', 'socket hang up'),
        refused: () => fail('AccessDeniedException', 'not authorized'),
        throttled: () => fail('ThrottlingException', 'Rate exceeded'),
        unavailable: () => fail('InternalServiceError', 'An internal error occurred'),
        garbage: failToRead,
      },
    });
    noteValues(leaks, command.input, answer);
    return answer;
  };
  return { send } as SecretsManagerClient;
}

/** The SDK's client for Secrets Manager, in front of the strict local one, with nothing in between. */
export function secretsClient(secrets: SecretsManager, caller: Caller): SecretsManagerClient {
  const send = async (command: Command): Promise<unknown> =>
    await secrets.call(operationOf(command), command.input, caller).catch(asSdkError);
  return { send } as SecretsManagerClient;
}

/** The SDK's client for EventBridge, in front of whatever takes the audit events. */
export function busLine(
  { wire, accept }: { wire: Wire; accept: (event: AuditEvent) => void },
  process: Process,
): EventBridge {
  const send = async ({ input }: Command): Promise<unknown> => {
    const { Entries } = input as { Entries: { Detail: string }[] };
    const refuse = (ErrorCode: string) => ({
      FailedEntryCount: Entries.length,
      Entries: Entries.map(() => ({ ErrorCode })),
    });
    return await wire.call<object>(process, {
      callee: 'bus',
      name: `PutEvents ${Entries.map(({ Detail }) => (JSON.parse(Detail) as AuditEvent).event).join(', ')}`,
      changes: true,
      act: async () => {
        for (const { Detail } of Entries) accept(JSON.parse(Detail) as AuditEvent);
        return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'id' })) };
      },
      actLate: () => undefined,
      faulty: {
        lost: () => fail('TimeoutError', 'socket hang up'),
        refused: () => refuse('NotAuthorizedForSourceException'),
        throttled: () => refuse('ThrottlingException'),
        unavailable: () => fail('InternalException', 'An internal error occurred'),
        garbage: failToRead,
      },
    });
  };
  return { send } as EventBridge;
}

function fail(name: string, message: string): never {
  throw new SecretsManagerServiceException({ name, message, $fault: 'server', $metadata: {} });
}

/** The SDK hangs what it could not parse on the error, where a careless log would find it. */
function failToRead(answer: unknown): never {
  const text = JSON.stringify(answer);
  const body = text.slice(0, text.length - 2);
  throw Object.assign(new SyntaxError('Deserialization error: to see the raw response, inspect $response'), {
    $responseBodyText: body,
    $response: { body },
  });
}

function asSdkError(error: unknown): never {
  if (!(error instanceof ServiceError)) throw error;
  const { name, message } = error;
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name as keyof typeof CLASSES] : undefined;
  if (known) throw new known({ message, $metadata: {} });
  throw new SecretsManagerServiceException({ name, message, $fault: 'client', $metadata: {} });
}

function noteValues(leaks: Leaks, ...bodies: readonly unknown[]): void {
  for (const body of bodies) {
    const { SecretString, RotationToken } = body as { SecretString?: string; RotationToken?: string };
    if (SecretString) leaks.noteValue(SecretString);
    if (RotationToken) leaks.note(RotationToken);
  }
}
