import { secretName } from '../../lambda/contract.ts';
import type { Problem } from './problem.ts';
import type { FullConfig } from './schema.ts';

/**
 * What a KMS key policy leaves for the readers: 32 KB for all of it, less what the services need.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
 */
const READER_CHARACTERS = 26_000;
/** One statement of the key policy, without the role's ARN and the secrets. */
const STATEMENT_CHARACTERS = 330;
/** ARN of a secret, without its name. */
const SECRET_CHARACTERS = 80;

/** Refuses more readers than the key policy can name; CloudFormation would say so in the middle of a deployment. */
export function checkReaders({ accounts }: FullConfig): Problem[] {
  const roles = new Set<string>();
  let characters = 0;
  for (const { name: account, keys } of accounts) {
    for (const { name, readers } of keys) {
      for (const { role } of readers) {
        if (!roles.has(role)) characters += STATEMENT_CHARACTERS + role.length;
        roles.add(role);
        characters += SECRET_CHARACTERS + secretName(account, name).length;
      }
    }
  }
  if (characters <= READER_CHARACTERS) return [];
  const allowed = `readers that one key policy can name, about ${READER_CHARACTERS} characters; let programs share a role`;
  return [
    { path: ['accounts'], got: `${roles.size} roles as readers, about ${characters} characters`, allowed },
  ];
}
