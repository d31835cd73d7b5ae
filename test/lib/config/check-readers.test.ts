import { describe, expect, test } from 'vitest';
import { readFleet } from '../../../lib/config/fleet.ts';
import { accountOf, configOf, keyOf } from '../fixture.ts';
import { resourcesOf, templatesOf } from '../templates.ts';

/** KMS takes no longer key policy. */
const KEY_POLICY_CHARACTERS = 32_768;

function withReaders(count: number) {
  const readers = Array.from({ length: count }, (_, index) => ({
    role: `arn:aws:iam::111122223333:role/trading/bots/market-maker-${index}`,
  }));
  const halves = [readers.slice(0, 30), readers.slice(30)];
  const keys = halves.map((half, index) => keyOf({ name: `bot-${index}`, readers: half }));
  return configOf({ accounts: [accountOf({ keys })] });
}

describe('the readers of a fleet', () => {
  test('are refused if one key policy cannot name them all', () => {
    expect(() => readFleet(withReaders(60))).toThrow(
      /^accounts: got '60 roles as readers, about \d+ characters', allowed: readers that one key policy can name/m,
    );
  });

  test('fit into the key policy if they are admitted', () => {
    const { shared } = templatesOf(withReaders(52));
    const policy = JSON.stringify(resourcesOf(shared).EncryptionKey?.Properties.KeyPolicy);
    const written = policy
      .replaceAll(/\{"Fn::Join":\["",\[([^\]]*)\]\]\}/g, '"$1"')
      .replaceAll(/\{"Ref":"[^"]*"\}/g, 'x'.repeat(12));
    expect(written.length).toBeLessThan(KEY_POLICY_CHARACTERS);
    expect(written.length).toBeGreaterThan(20_000);
  });
});
