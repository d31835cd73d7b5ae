import { expect, test } from 'vitest';
import type { BaselineName } from '../../faults/baselines/baselines.ts';
import { runSchedule } from '../../faults/run-schedule.ts';
import { parseId } from '../../faults/schedule.ts';

/* The known faults of other ways to rotate: a harness that did not show them would not be sharp enough. */

async function tallyOf(baseline: BaselineName | undefined, id: string) {
  return (await runSchedule(parseId(id), { baseline })).tally;
}

test.each(['bitget', 'binance'])(
  "AWS's template loses a key that was made just before a crash: %s",
  async (exchange) => {
    const id = `${exchange}/rotation/retry/fair/4:kill-after`;
    expect((await tallyOf('aws-template', id)).liveOrphans).toBe(1);
    expect((await tallyOf(undefined, id)).liveOrphans).toBe(0);
  },
);

test("AWS's template never revokes a key if it is cut off after the promotion", async () => {
  const calls = await runSchedule(parseId('bitget/second-rotation/retry/fair/nothing'), {
    baseline: 'aws-template',
  });
  const at = calls.calls.findIndex(({ name }) => name === 'UpdateSecretVersionStage');
  const id = `bitget/second-rotation/retry/fair/${at}:kill-after`;
  expect((await tallyOf('aws-template', id)).revocationsForgotten).toBe(1);
});

test('create-store-delete revokes a key that readers still hold, each time', async () => {
  expect(
    (await tallyOf('create-store-delete', 'bitget/rotation/retry/fair/nothing')).revokedInUse,
  ).toBeGreaterThan(0);
});

test('deactivate-first leaves readers without a key, each time', async () => {
  const tally = await tallyOf('deactivate-first', 'bitget/rotation/retry/fair/nothing');
  expect(tally.momentsWithoutKey).toBeGreaterThan(0);
  expect(tally.revokedInUse).toBeGreaterThan(0);
});
