import type { SecretState } from '../../lambda/core/ports.ts';
import type { RotateStep } from '../setting.ts';
import { issueKey, putPending, revokeKey, type Step, stepOf, versionWith } from './step.ts';

/**
 * AWS's four-step rotation template, filled in for an exchange key in the obvious way: create a key, test it, move the
 * label, and delete the key before the previous one, so that two work at any time.
 * @see https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas (described in words, no code taken)
 */
export const awsTemplate: RotateStep = async (event, context) => {
  const step = stepOf(event, context);
  const state = await requirePending(step);
  switch (step.step) {
    case 'createSecret':
      return await createSecret(step, state);
    case 'setSecret':
      return; // the exchange has made the key already
    case 'testSecret':
      return await testSecret(step);
    case 'finishSecret':
      return await finishSecret(step);
  }
};

/** What the template's entry does in each step. */
async function requirePending({ store, arn, token }: Step): Promise<SecretState> {
  const state = await store.describe(arn);
  if (!state.rotationEnabled || !state.versions.has(token))
    throw new Error('the secret is not being rotated');
  return state;
}

async function createSecret(step: Step, state: SecretState): Promise<void> {
  const { store, arn, token } = step;
  const current = versionWith(state, 'AWSCURRENT');
  if (current !== undefined) await store.findValue(arn, current);
  if (await store.findValue(arn, token)) return;
  await putPending(step, await issueKey(step));
}

async function testSecret({ store, exchange, arn, token }: Step): Promise<void> {
  const pending = await store.findValue(arn, token);
  if (pending) await exchange.describeKey(pending);
}

async function finishSecret(step: Step): Promise<void> {
  const { store, arn, token } = step;
  const state = await store.describe(arn);
  const current = versionWith(state, 'AWSCURRENT');
  if (current === token) return;
  const previous = versionWith(state, 'AWSPREVIOUS');
  const old = previous === undefined ? undefined : await store.findValue(arn, previous);
  await store.promote(arn, { from: current, to: token });
  if (old) await revokeKey(step, old.keyId);
}
