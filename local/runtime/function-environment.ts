import type { Credentials } from '../iam/principals.ts';
import type { FunctionDefinition } from './function-definition.ts';

/** What an environment is made from, beside the function's definition. */
export interface EnvironmentPlace {
  readonly region: string;
  readonly endpointUrl: string;
  readonly taskRoot: string;
  readonly logStream: string;
  readonly credentials: Credentials;
}

const LARGEST_BYTES = 4096;
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_.*|ACCESS_KEY.*|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/**
 * @throws Error when a template sets a variable that Lambda keeps for itself, or more than 4 KB in all.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function checkTemplateEnvironment(environment: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(environment).find((name) => RESERVED.test(name));
  if (reserved) throw new Error(`Lambda reserves the environment variable ${reserved}`);
  if (Object.keys(environment).some((name) => name.startsWith('AWS_ENDPOINT_URL'))) {
    throw new Error('the local cloud sets AWS_ENDPOINT_URL itself: the template must not');
  }
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes > LARGEST_BYTES)
    throw new Error(`the environment has ${bytes} bytes, Lambda takes ${LARGEST_BYTES}`);
}

/** The whole environment of a function's process: what the template and Lambda give, nothing of this process. */
export function functionEnvironment(
  definition: FunctionDefinition,
  place: EnvironmentPlace,
): NodeJS.ProcessEnv {
  const { credentials, region } = place;
  return {
    ...definition.environment,
    // Not as on Lambda: keeps the AWS SDK away from the configuration files of whoever runs this.
    HOME: place.taskRoot,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: definition.handler,
    LAMBDA_TASK_ROOT: place.taskRoot,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
    ...(definition.logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: definition.logLevel }),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL: place.endpointUrl,
  };
}
