import type { Credentials } from '../lambda/core/api-key.ts';
import type { OperateRequest, OperateResponse } from '../lambda/operate-protocol.ts';

/** The deployed operate functions: they hold the rules and reach the exchanges; the CLI only asks them. */
export interface OperateFunctions {
  /** Asks once: an order whose answer is lost may have been carried out. @throws NotDoneError */
  ask(account: string, request: OperateRequest): Promise<OperateResponse>;
}

/** The manager secrets, to be written only. */
export interface ManagerSecrets {
  /** Stores a candidate as the pending version. @returns its version id @throws NotDoneError */
  put(account: string, candidate: Credentials): Promise<string>;
}

/** The log of the audit bus. */
export interface AuditTrail {
  /** Every line since then as it was stored, in no certain order; the same event may come twice. @throws NotDoneError */
  read(since: Date): AsyncIterable<string>;
}

/** Where the functions run, for people who have to go there themselves. */
export interface Place {
  /** Absent: AWS, and none is set. */
  readonly region?: string | undefined;
  /** The local cloud's address; absent: AWS. */
  readonly localUrl?: string | undefined;
}

/** What the CLI can reach: AWS, or the local cloud. */
export interface Cloud {
  /** Asks nobody. Never throws. */
  readonly findPlace: () => Promise<Place>;
  readonly operate: OperateFunctions;
  readonly managers: ManagerSecrets;
  readonly audit: AuditTrail;
}
