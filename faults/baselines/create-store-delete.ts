import type { RotateStep } from '../setting.ts';
import { issueKey, putPending, revokeKey, type Step, stepOf, versionWith } from './step.ts';

/**
 * Everything in one step, with a return at its beginning if the version is current already, as AWS's sample for
 * InfluxDB tokens has it: make the new key, store it, move the label, delete the old key.
 * @see https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas (described in words, no code taken)
 */
export const createStoreDelete: RotateStep = async (event, context) => {
  const step = stepOf(event, context);
  if (step.step === 'finishSecret') await finishSecret(step);
};

async function finishSecret(step: Step): Promise<void> {
  const { store, arn, token } = step;
  const current = versionWith(await store.describe(arn), 'AWSCURRENT');
  if (current === token) return;
  const old = current === undefined ? undefined : await store.findValue(arn, current);
  await putPending(step, await issueKey(step));
  await store.promote(arn, { from: current, to: token });
  if (old) await revokeKey(step, old.keyId);
}
