import type { PolicyDocument } from '../iam/policy-document.ts';
import { parsePolicy } from '../iam/policy-document.ts';

/** The account allows ten per Region. */
const LIMIT = 10;

/** The resource policies of CloudWatch Logs: they are about the account, not one log group. */
export class LogPolicies {
  readonly #byName = new Map<string, PolicyDocument>();

  /** @throws Error at the eleventh policy, as on AWS. */
  put(name: string, document: unknown): void {
    if (!this.#byName.has(name) && this.#byName.size >= LIMIT) {
      throw new Error(`an account has at most ${LIMIT} resource policies for CloudWatch Logs in a Region`);
    }
    this.#byName.set(name, parsePolicy(document));
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  /** All of them as one. */
  combined(): PolicyDocument {
    return { Statement: [...this.#byName.values()].flatMap(({ Statement }) => Statement) };
  }
}
