import type { Cloud } from '../../cli/cloud.ts';
import { NotDoneError } from '../../cli/problem.ts';
import { formatKey } from '../../lambda/aws/secret-value.ts';
import type { AccountStatus, OperateRequest, OperateResponse } from '../../lambda/operate-protocol.ts';

/** What stands for an account that is not deployed. */
export const NOT_DEPLOYED =
  'function rekey-x-operate does not exist in this AWS account and Region: deploy it';

/** A cloud in memory: what operators change in it can be read back. */
export class MemoryCloud implements Cloud {
  /** Answers to `status` by account; an account that is missing is not deployed. */
  readonly statuses = new Map<string, AccountStatus>();
  /** Pending manager keys by account, as they are stored. */
  readonly pendingManagers = new Map<string, { versionId: string; value: string }>();
  /** Accounts whose pending manager key was promoted. */
  readonly acceptedManagers = new Set<string>();
  /** Orders that were carried out. */
  readonly orders: { account: string; request: OperateRequest }[] = [];
  /** The audit log, each with the time of its line. */
  readonly log: { at: Date; line: string }[] = [];
  /** Answered to every order instead of carrying it out. */
  refusal: { reason: string; message: string } | undefined;
  /** Answered whatever is asked. */
  answer: OperateResponse | undefined;

  readonly operate = {
    ask: async (account: string, request: OperateRequest): Promise<OperateResponse> => {
      const status = this.statuses.get(account);
      if (!status) throw new NotDoneError(NOT_DEPLOYED);
      if (this.refusal) return { outcome: 'refused', ...this.refusal };
      return this.answer ?? this.#carryOut(status, request);
    },
  };

  readonly managers = {
    put: async (account: string, candidate: Parameters<Cloud['managers']['put']>[1]): Promise<string> => {
      const versionId = '6f1c7b1e-0000-4000-8000-000000000001';
      this.pendingManagers.set(account, { versionId, value: formatKey(candidate) });
      return versionId;
    },
  };

  readonly audit = { read: (since: Date) => this.#readLog(since) };

  #carryOut(status: AccountStatus, request: OperateRequest): OperateResponse {
    const { account } = status;
    this.orders.push({ account, request });
    switch (request.act) {
      case 'status':
        return { outcome: 'status', status };
      case 'rotate':
      case 'rotateEmergency':
        return {
          outcome: 'started',
          versionId: 'a1b2',
          message: `${request.act} of ${request.key} has started`,
        };
      case 'acceptManager':
        if (this.pendingManagers.get(account)?.versionId !== request.versionId) {
          return { outcome: 'refused', reason: 'NoSuchVersion', message: 'no such version' };
        }
        this.acceptedManagers.add(account);
        return { outcome: 'accepted', message: 'it may manage keys and may not withdraw' };
    }
  }

  async *#readLog(since: Date): AsyncGenerator<string, void, undefined> {
    for (const { at, line } of this.log) if (at >= since) yield line;
  }
}
