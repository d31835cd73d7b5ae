import type { Cloud, Place } from '../../cli/cloud.ts';
import { NotDoneError } from '../../cli/problem.ts';
import { formatKey } from '../../lambda/aws/secret-value.ts';
import type { AccountStatus, OperateRequest, OperateResponse } from '../../lambda/operate-protocol.ts';
import { MemoryStops } from './memory-stops.ts';
import { MemoryTime } from './memory-time.ts';

/** What stands for an account that is not deployed. */
export const NOT_DEPLOYED =
  'function rekey-x-operate does not exist in this AWS account and Region: deploy it';

/** What stands for a function that was cut off. */
export const NO_ANSWER = 'no answer came to lambda:InvokeFunction: it may have been done all the same';

/** A cloud in memory: what operators change in it can be read back. */
export class MemoryCloud implements Cloud {
  /** Moves on with each answer. */
  readonly time = new MemoryTime();
  /** So long an answer takes. */
  answerMs = 0;
  /** How many of the next orders of an account are carried out and not answered. */
  readonly lost = new Map<string, number>();
  readonly #stops = new Map<string, MemoryStops>();
  place: Place = { region: 'eu-west-1' };
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
      const answer = this.answer ?? this.#carryOut(status, request);
      this.time.pass(this.answerMs);
      const lost = this.lost.get(account) ?? 0;
      if (lost === 0 || request.act === 'status') return answer;
      this.lost.set(account, lost - 1);
      throw new NotDoneError(NO_ANSWER);
    },
  };

  readonly findPlace = async () => this.place;

  /** How an account stops its keys. */
  stops(account: string): MemoryStops {
    const known = this.#stops.get(account) ?? new MemoryStops(this.time);
    this.#stops.set(account, known);
    return known;
  }

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
        return {
          outcome: 'status',
          status: { ...status, keys: status.keys.map((key) => this.stops(account).seen(key)) },
        };
      case 'rotate':
      case 'rotateEmergency':
        return {
          outcome: 'started',
          versionId: 'a1b2',
          message: `${request.act} of ${request.key} has started`,
        };
      case 'stop':
        return this.stops(account).stop(
          request,
          status.keys.map(({ key }) => key),
        );
      case 'resume':
        return this.stops(account).resume(request.key);
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
