import { factId } from './derivation.ts';

/**
 * Staging labels. Secrets Manager's own say what is current, pending and previous. Ours carry what must
 * not be forgotten, so that Secrets Manager is the only state: a label pins its version until it is taken off.
 *
 * `rekey-retire-<due>-<version>`   the version's key must be dead by then: the revocation debt itself
 * `rekey-replace-<due>-<key>`      the hand-made key that this version replaced must be dead by then
 * `rekey-leaked-<version>`         the version's key is to be replaced without a grace period
 * `rekey-restart-<version>`        the version was given up, and a new rotation has to be started
 * `rekey-stopped-<version>`        no version of the secret may have a living key, and none is rotated to
 * `rekey-frozen-<version>`         the sub-account was frozen with the stopped key, and thaws when it is resumed
 *
 * Each ends with the first characters of its version's id, or of a hash of the hand-made key's ID, because a
 * label sits on one version at a time: two due in the same second must not take the label from each other.
 */
export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

const RETIRE = 'rekey-retire-';
const REPLACE = 'rekey-replace-';
const LEAKED = 'rekey-leaked-';
const RESTART = 'rekey-restart-';
const STOPPED = 'rekey-stopped-';
const FROZEN = 'rekey-frozen-';

/** The version that carries a staging label. */
export function findVersion(secret: LabelledVersions, label: string): string | undefined {
  for (const [versionId, labels] of secret.versions) if (labels.includes(label)) return versionId;
  return undefined;
}

interface LabelledVersions {
  readonly versions: ReadonlyMap<string, readonly string[]>;
}

/** What a due label says. */
export interface DueLabel {
  readonly stagingLabel: string;
  readonly dueAt: Date;
}

/** The label that makes a version's key due for revocation. Whole seconds, rounded up. */
export function retireLabel(versionId: string, dueAt: Date): string {
  return `${RETIRE}${compactTime(dueAt)}-${versionId.slice(0, 8)}`;
}

/** The label that makes a hand-made key due for revocation; it sits on the version that replaced it. */
export function replaceLabel(keyId: string, dueAt: Date): string {
  return `${REPLACE}${compactTime(dueAt)}-${keyMark(keyId)}`;
}

/** The label that says that a rotation has to be started in place of the version that was given up. */
export function restartLabel(versionId: string): string {
  return `${RESTART}${versionId.slice(0, 8)}`;
}

/** The label that says that the version's key may be in wrong hands. */
export function leakedLabel(versionId: string): string {
  return `${LEAKED}${versionId.slice(0, 8)}`;
}

/** The label that says that the key was stopped; it sits on the version that was current then. */
export function stoppedLabel(versionId: string): string {
  return `${STOPPED}${versionId.slice(0, 8)}`;
}

/** The label that says that Rekey froze the sub-account; it sits beside the one that says that the key was stopped. */
export function frozenLabel(versionId: string): string {
  return `${FROZEN}${versionId.slice(0, 8)}`;
}

/** The version and label that say that the key was stopped; undefined if it was not, or was resumed. */
export function findStop(secret: LabelledVersions): { versionId: string; stagingLabel: string } | undefined {
  for (const [versionId, labels] of secret.versions) {
    const stagingLabel = labels.find((label) => label.startsWith(STOPPED));
    if (stagingLabel !== undefined) return { versionId, stagingLabel };
  }
  return undefined;
}

/** When the version's key is due for revocation; the earliest if several labels say so. */
export function findRetirement(labels: readonly string[]): DueLabel | undefined {
  return earliestDue(labels, RETIRE);
}

/** When a hand-made key that the version replaced is due for revocation. */
export function findReplacement(labels: readonly string[], keyId: string): DueLabel | undefined {
  return earliestDue(replacementLabels(labels, keyId), REPLACE);
}

/** All replacement labels of a hand-made key. */
export function replacementLabels(labels: readonly string[], keyId: string): string[] {
  return labels.filter((label) => label.startsWith(REPLACE) && label.endsWith(`-${keyMark(keyId)}`));
}

/** Labels that say that a rotation has to be started. */
export function restartLabels(labels: readonly string[]): string[] {
  return labels.filter((label) => label.startsWith(RESTART));
}

/** All retirement labels, for taking them off. */
export function retirementLabels(labels: readonly string[]): string[] {
  return labels.filter((label) => label.startsWith(RETIRE));
}

/**
 * Labels that a version needs no more once its key is dead, in the order in which they are taken off: what
 * says when the key was due goes last, so that a cut leaves a debt and not a mark that nobody looks at.
 * AWSPREVIOUS goes too: it would lead somebody who rolls back to a dead key.
 */
export function settledLabels(labels: readonly string[]): string[] {
  const due = retirementLabels(labels).sort().reverse();
  return [...labels.filter((label) => label.startsWith(LEAKED) || label === PREVIOUS), ...due];
}

export function isLeaked(labels: readonly string[]): boolean {
  return labels.some((label) => label.startsWith(LEAKED));
}

/** A hash, as a key ID may hold what a label may not. */
function keyMark(keyId: string): string {
  return factId(keyId).slice(0, 8);
}

function earliestDue(labels: readonly string[], prefix: string): DueLabel | undefined {
  return labels
    .filter((label) => label.startsWith(prefix))
    .map((stagingLabel) => ({ stagingLabel, dueAt: parseTime(stagingLabel.slice(prefix.length)) }))
    .filter((due) => !Number.isNaN(due.dueAt.getTime()))
    .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())[0];
}

function compactTime(time: Date): string {
  const wholeSecond = new Date(Math.ceil(time.getTime() / 1000) * 1000);
  return wholeSecond.toISOString().replace(/[-:]|\.000/g, '');
}

function parseTime(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z'));
}
