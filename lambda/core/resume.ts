import { secretName } from '../contract.ts';
import { InvalidInputError } from './errors.ts';
import { unfreeze } from './freeze.ts';
import { type Order, recordOrder, requireKey } from './operations.ts';
import { CURRENT, findStop, findVersion, isLeaked, leakedLabel } from './staging.ts';
import type { StopPorts } from './stop.ts';

/**
 * Rotates a stopped key again, and issues a new one at once. A sub-account that was frozen with it is unfrozen. What
 * the key was before gets no grace period: it is dead, or should be.
 * @returns the version rotated to @throws InvalidInputError `NotStopped`
 */
export async function resumeKey(order: Order, ports: StopPorts): Promise<string> {
  const { store } = ports;
  const declared = requireKey(order);
  const state = await store.describe(secretName(order.declaration.account, declared.name));
  const stop = findStop(state);
  if (!stop && state.rotationEnabled)
    throw new InvalidInputError('NotStopped', `${declared.name} is not stopped; there is nothing to resume`);
  if (stop) await unfreeze({ order, state, subAccount: declared.subAccount }, ports, stop.versionId);
  await recordOrder(order, ports, {
    ...({ event: 'KeyResumed', reason: 'Asked' } as const),
    message: 'the key is rotated again; a new one is issued now',
  });
  const current = findVersion(state, CURRENT);
  if (current !== undefined && !isLeaked(state.versions.get(current) ?? []))
    await store.attachLabel(state.arn, leakedLabel(current), current);
  if (stop) await store.removeLabel(state.arn, stop.stagingLabel, stop.versionId);
  return await store.rotate(state.arn);
}
