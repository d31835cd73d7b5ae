import { describeError, log } from '../aws/log.ts';
import { measure } from '../aws/metrics.ts';
import { RekeyError } from '../core/errors.ts';
import { type PassResult, reconcilePass } from '../core/pass.ts';
import { type AccountContext, accountContext } from './account-context.ts';

/** Findings that this process has told; a new process tells them once more, with the same id. */
const told = new Set<string>();

/**
 * One reconcile pass, every five minutes and whenever asked. The event says nothing that counts: the pass acts
 * on what it reads. A pass that could not read or do everything does not count as run.
 */
export async function handler(): Promise<{ done: number; failures: string[] }> {
  const context = accountContext('reconcile');
  const { account } = context.declaration;
  const result = await run(context);
  if (!result) {
    measure(account, { reconcilePasses: 1 });
    return { done: 0, failures: [] };
  }
  for (const { what, error } of result.failures) log.error('not done', { what, fault: describeError(error) });
  const { oldestKeyDays, ...counts } = result.gauges;
  measure(account, { ...counts, oldestKeyDays, reconcilePasses: result.failures.length === 0 ? 1 : 0 });
  log.info('reconcile pass done', { done: result.done, failures: result.failures.length });
  return { done: result.done, failures: result.failures.map(({ what }) => what) };
}

/** Before the first manager key there is nothing to reconcile, and nothing to be woken for. */
async function run(context: AccountContext): Promise<PassResult | undefined> {
  const { declaration, scene } = context;
  try {
    return await reconcilePass({ declaration, scene, told }, context);
  } catch (error) {
    if (!(error instanceof RekeyError) || error.reason !== 'ManagerMissing') throw withoutDetail(error);
    log.warn('no manager key yet');
    return undefined;
  }
}

function withoutDetail(error: unknown): Error {
  const fault = describeError(error);
  log.error('reconcile pass failed', { fault });
  return new Error(fault.reason);
}
