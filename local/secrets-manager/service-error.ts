/** The error names of the service that the local one answers with. */
export type ServiceErrorName =
  | 'AccessDeniedException'
  | 'InternalServiceError'
  | 'InvalidNextTokenException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'LimitExceededException'
  | 'MalformedPolicyDocumentException'
  | 'PublicPolicyException'
  | 'ResourceExistsException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'ThrottlingException'
  | 'UnknownOperationException'
  | 'UnrecognizedClientException'
  | 'ValidationException';

/**
 * An answer of Secrets Manager other than success. Its message never holds a secret value.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
export class ServiceError extends Error {
  override readonly name: ServiceErrorName;
  readonly statusCode: number;

  constructor(name: ServiceErrorName, message: string) {
    super(message);
    this.name = name;
    this.statusCode = name === 'InternalServiceError' ? 500 : 400;
  }
}

/** The answer is lost on the way: over HTTP the connection is cut, and the caller cannot know what happened. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';

  constructor() {
    super('the connection was lost before the answer arrived');
  }
}

export function secretNotFound(): ServiceError {
  return new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

export function valueNotFound(what: string): ServiceError {
  const message = `Secrets Manager can't find the specified secret value for ${what}`;
  return new ServiceError('ResourceNotFoundException', message);
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', message);
}
