import type { Credentials } from './api-key.ts';
import { InvalidInputError } from './errors.ts';
import type { SecretStore } from './ports.ts';

/**
 * The key that a version holds, or undefined if it has no value or, put there by hand, one that is no key: that
 * must neither keep a rotation from replacing it nor pass for a key in use.
 */
export async function findStoredKey(
  store: SecretStore,
  secretArn: string,
  versionId: string,
): Promise<Credentials | undefined> {
  try {
    return await store.findValue(secretArn, versionId);
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}
