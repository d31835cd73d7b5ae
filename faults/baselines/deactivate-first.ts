import type { RotateStep } from '../setting.ts';
import { issueKey, putPending, revokeKey, type Step, stepOf, versionWith } from './step.ts';

/**
 * The key in use is put out of use before the next one is made, as one popular product does with IAM access keys, of
 * which there may be two only. Exchanges cannot deactivate a key, so it is deleted.
 */
export const deactivateFirst: RotateStep = async (event, context) => {
  const step = stepOf(event, context);
  if (step.step === 'createSecret') await createSecret(step);
  if (step.step === 'finishSecret') await finishSecret(step);
};

async function createSecret(step: Step): Promise<void> {
  const { store, arn, token } = step;
  if (await store.findValue(arn, token)) return;
  const current = versionWith(await store.describe(arn), 'AWSCURRENT');
  const old = current === undefined ? undefined : await store.findValue(arn, current);
  if (old) await revokeKey(step, old.keyId);
  await putPending(step, await issueKey(step));
}

async function finishSecret({ store, arn, token }: Step): Promise<void> {
  const current = versionWith(await store.describe(arn), 'AWSCURRENT');
  if (current !== token) await store.promote(arn, { from: current, to: token });
}
