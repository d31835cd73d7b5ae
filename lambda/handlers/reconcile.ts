import * as z from 'zod';
import { describeError, log } from '../aws/log.ts';
import { measure } from '../aws/metrics.ts';
import { secretName } from '../contract.ts';
import { RekeyError } from '../core/errors.ts';
import { tell } from '../core/facts.ts';
import { type Memory, newMemory, type PassResult, reconcilePass } from '../core/pass.ts';
import { CURRENT, findVersion } from '../core/staging.ts';
import { type AccountContext, accountContext, findKey } from './account-context.ts';

/** What one pass did. */
interface Outcome {
  readonly done: number;
  readonly failures: string[];
}

/** What this process remembers; a new one tells findings once more, with the same ids. */
const memoryHere = newMemory();

/**
 * Secrets Manager's own report that a rotation failed. A function that was cut off cannot report itself.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
 */
const rotationFailed = z.object({
  detail: z.object({
    eventName: z.literal('RotationFailed'),
    eventID: z.string(),
    additionalEventData: z.object({ SecretId: z.string() }),
  }),
});

/** What is deployed: `reconcile` between AWS and the exchange. */
export async function handler(event: unknown): Promise<Outcome> {
  return await reconcile(event, accountContext('reconcile'), memoryHere);
}

/**
 * One reconcile pass, every five minutes and whenever asked. The pass acts on what it reads, never on what the
 * event says. A pass that could not read everything does not count as run.
 * @param memory what the process remembers of earlier passes
 */
export async function reconcile(event: unknown, context: AccountContext, memory: Memory): Promise<Outcome> {
  const { account } = context.declaration;
  try {
    const result = await run(context, memory);
    if (result) log.info('reconcile pass done', { done: result.done });
    const failures = result ? [...result.unread, ...result.undone] : [];
    for (const { what, error } of failures) log.error('not done', { what, fault: describeError(error) });
    measurePass(account, result);
    measure(account, context.http.takeUse());
    const failed = rotationFailed.safeParse(event);
    if (failed.success) await reportFailedRotation(context, failed.data.detail);
    return { done: result?.done ?? 0, failures: failures.map(({ what }) => what) };
  } catch (error) {
    const fault = describeError(error);
    log.error('reconcile pass failed', { fault });
    throw new Error(fault.reason);
  }
}

/** Gauges of a pass that has not seen everything would call well what it did not see: the last ones stand. */
function measurePass(account: string, result: PassResult | undefined): void {
  const isComplete = result === undefined || result.unread.length === 0;
  measure(account, { ...(isComplete ? result?.gauges : {}), reconcilePasses: isComplete ? 1 : 0 });
}

/** Before the first manager key there is nothing to reconcile, and nothing to be woken for. */
async function run(context: AccountContext, memory: Memory): Promise<PassResult | undefined> {
  const { declaration, scene } = context;
  try {
    return await reconcilePass({ declaration, scene, memory }, context);
  } catch (error) {
    const isNew =
      error instanceof RekeyError && error.reason === 'ManagerMissing' && !(await hasKeys(context));
    if (!isNew) throw error;
    log.warn('no manager key yet');
    return undefined;
  }
}

/** Whether any key has been stored: then a missing manager key is a loss, not a beginning. */
async function hasKeys({ declaration, store }: AccountContext): Promise<boolean> {
  for (const { name } of declaration.keys) {
    const secret = await store.describe(secretName(declaration.account, name));
    if (findVersion(secret, CURRENT) !== undefined) return true;
  }
  return false;
}

async function reportFailedRotation(
  { declaration, scene, time, audit }: AccountContext,
  { eventID, additionalEventData }: z.infer<typeof rotationFailed>['detail'],
): Promise<void> {
  measure(declaration.account, { rotationFailures: 1 });
  const fact = {
    event: 'RotationFailed',
    key: findKey(declaration, additionalEventData.SecretId)?.name,
    reason: 'ReportedBySecretsManager',
    message: 'Secrets Manager gave up an attempt; it tries again while the window is open',
    occurrence: eventID,
  } as const;
  await audit.record([tell(scene, time.now(), fact)]);
}
