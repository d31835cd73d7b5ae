import type { Action } from './plan.ts';
import { isLeaked, restartLabels } from './staging.ts';
import type { Contribution, Subject } from './subject.ts';

/**
 * Rotations that somebody has asked for and nobody has started: the order was cut off after it was written
 * down. A rotation that is under way serves as well; one that somebody has turned off stays off.
 */
export function planRestarts({ observed, current }: Subject): Contribution {
  const { secret, pending, declared } = observed;
  if (pending || !secret.rotationEnabled) return {};
  const abandoned = [...secret.versions].flatMap(([versionId, labels]): Action[] => {
    const stagingLabels = restartLabels(labels);
    if (stagingLabels.length === 0) return [];
    return [{ act: 'rotate', key: declared.name, reason: 'PendingAbandoned', versionId, stagingLabels }];
  });
  const isDoubtful = current !== undefined && isLeaked(secret.versions.get(current) ?? []);
  const doubtful: Action[] = isDoubtful
    ? [{ act: 'rotate', key: declared.name, reason: 'KeyInDoubt', versionId: current, stagingLabels: [] }]
    : [];
  return { actions: [...abandoned, ...doubtful].slice(0, 1) };
}
