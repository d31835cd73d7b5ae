import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Cloud } from '../cloud.ts';
import { CloudWatchAuditLog } from './audit-log.ts';
import { SecretsManagerManagerSecrets } from './manager-secrets.ts';
import { LambdaOperateFunctions } from './operate-functions.ts';
import { findTarget } from './target.ts';

/** A little longer than the operate function may run, which is two minutes. */
const LONGEST_WAIT_MS = 150_000;
const CONNECT_MS = 10_000;

/** Reaches AWS by the usual chains of the SDK, or the local cloud. Sends nothing yet. @throws BadInputError */
export async function connect(local: string | undefined): Promise<Cloud> {
  const target = await findTarget(local);
  const settings = {
    requestHandler: {
      requestTimeout: LONGEST_WAIT_MS,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECT_MS,
    },
    ...(target.local && {
      endpoint: target.local.url,
      region: target.local.region,
      // The local cloud checks no signature; these make sure that no real credentials are used for it.
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  };
  const lambda = new LambdaClient({ ...settings, maxAttempts: 1 });
  return {
    findPlace: async () => ({
      region: await lambda.config.region().catch(() => undefined),
      localUrl: target.local?.url,
    }),
    operate: new LambdaOperateFunctions(lambda, target),
    managers: new SecretsManagerManagerSecrets(new SecretsManagerClient(settings), target),
    audit: new CloudWatchAuditLog(new CloudWatchLogsClient(settings), target),
  };
}
