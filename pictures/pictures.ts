import { drawDashboard } from './dashboard.ts';
import { drawLifeOfAKey } from './life-of-a-key.ts';
import type { Week } from './week.ts';

/** Every picture of the documents that is drawn from a simulated week: by its path, its text. */
export function drawPictures(week: Week): ReadonlyMap<string, string> {
  return new Map([
    ['docs/images/dashboard.svg', drawDashboard(week)],
    ['docs/images/life-of-a-key.svg', drawLifeOfAKey(week, { account: 'main', key: 'grid-bot' })],
  ]);
}
