import type { Fact } from './facts.ts';
import type { Sign } from './sign.ts';

/**
 * What a reconcile pass shall do. Every action names what it was decided on, so that the executor can see
 * whether that still holds.
 */
export type Action =
  | RevokeAction
  /** A replaced key has no due time yet: give it one. */
  | {
      readonly act: 'startGracePeriod';
      readonly key: string;
      readonly versionId: string;
      readonly dueAt: Date;
    }
  /** A version is in use again: take its due time off. */
  | {
      readonly act: 'keepCurrent';
      readonly key: string;
      readonly versionId: string;
      readonly stagingLabels: readonly string[];
    }
  /** A rotation has to be started that nobody has started yet. */
  | {
      readonly act: 'rotate';
      readonly key: string;
      readonly reason: 'KeyInDoubt' | 'PendingAbandoned';
      /** Version that asks for it, and the labels by which it does. */
      readonly versionId: string;
      readonly stagingLabels: readonly string[];
    }
  /** A stopped key must not be rotated: turn its rotation off and drop what is pending. */
  | { readonly act: 'holdStopped'; readonly key: string; readonly versionId?: string | undefined }
  /** A pending version can never be promoted: give it up and start a new rotation. */
  | {
      readonly act: 'abandonPending';
      readonly key: string;
      readonly versionId: string;
      readonly reason: string;
    };

/** Make sure that a key is dead, prove it and settle the debt. */
export interface RevokeAction {
  readonly act: 'revoke';
  readonly key: string;
  readonly keyId: string;
  readonly reason:
    | 'GracePeriodOver'
    | 'EmergencyRotation'
    | 'AlreadyGone'
    | 'Orphan'
    | 'SecretNeverStored'
    | 'ReplacedByHand'
    | 'Stopped';
  /** Version that holds the key; absent for an orphan and for a hand-made key. */
  readonly versionId?: string;
  /** The debt: taken off when the key is proven dead. */
  readonly debt?: { readonly versionId: string; readonly stagingLabels: readonly string[] };
}

/** Counts that each pass measures, zero included. */
export interface Gauges {
  readonly rotationsOverdue: number;
  readonly revocationsOverdue: number;
  readonly retiringKeys: number;
  readonly orphanKeys: number;
  readonly foreignKeys: number;
  readonly driftedKeys: number;
  readonly keysExpiring: number;
  readonly keysMissing: number;
  readonly widenedKeys: number;
  readonly laggingReaders: number;
  readonly currentKeys: number;
  readonly rotatingKeys: number;
  readonly emptyKeys: number;
  readonly stoppedKeys: number;
  readonly oldestKeyDays: number;
  readonly keyAgeOfPolicy: number;
}

/** The whole decision of a pass: what to tell, what to do, what to count. */
export interface Plan {
  readonly findings: readonly Fact[];
  readonly actions: readonly Action[];
  readonly gauges: Gauges;
  /** Findings that ask for an answer. */
  readonly signs: readonly Sign[];
  /** What to remember for the next passes. */
  readonly notes: readonly Note[];
}

/** A tag to write on a key's secret. Nothing depends on it but how a later finding is judged. */
export interface Note {
  readonly key: string;
  readonly tag: string;
  readonly value: string;
}
