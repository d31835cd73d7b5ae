/**
 * Staging labels. Secrets Manager's own say what is current, pending and previous. Ours carry what must
 * not be forgotten, so that Secrets Manager is the only state: a label pins its version until it is taken off.
 *
 * `rekey-retire-<due>-<version>`   the version's key must be dead by then: the revocation debt itself
 * `rekey-replace-<due>-<version>`  the hand-made key that this version replaced must be dead by then
 * `rekey-leaked-<version>`         the version's key is to be replaced without a grace period
 *
 * Each ends with the first characters of its version's id, because a label sits on one version at a time:
 * two versions due in the same second must not take the label from each other.
 */
export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

const RETIRE = 'rekey-retire-';
const REPLACE = 'rekey-replace-';
const LEAKED = 'rekey-leaked-';

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

/** The label that makes the hand-made key replaced by this version due for revocation. */
export function replaceLabel(versionId: string, dueAt: Date): string {
  return `${REPLACE}${compactTime(dueAt)}-${versionId.slice(0, 8)}`;
}

/** The label that says that the version's key may be in wrong hands. */
export function leakedLabel(versionId: string): string {
  return `${LEAKED}${versionId.slice(0, 8)}`;
}

/** When the version's key is due for revocation; the earliest if several labels say so. */
export function findRetirement(labels: readonly string[]): DueLabel | undefined {
  return earliestDue(labels, RETIRE);
}

/** When the hand-made key that the version replaced is due for revocation. */
export function findReplacement(labels: readonly string[]): DueLabel | undefined {
  return earliestDue(labels, REPLACE);
}

/** All retirement labels, for taking them off. */
export function retirementLabels(labels: readonly string[]): string[] {
  return labels.filter((label) => label.startsWith(RETIRE));
}

/** Labels that a version needs no more once its key is dead. */
export function settledLabels(labels: readonly string[]): string[] {
  return labels.filter((label) => label.startsWith(RETIRE) || label.startsWith(LEAKED));
}

export function isLeaked(labels: readonly string[]): boolean {
  return labels.some((label) => label.startsWith(LEAKED));
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
