import { drawDashboard } from './dashboard.ts';
import { drawLifeOfAKey } from './life-of-a-key.ts';
import { simulateWeek } from './week.ts';

/** Draws every picture of the documents anew, from one simulated week: by its path, its text. The same each time. */
export async function drawPictures(): Promise<ReadonlyMap<string, string>> {
  const week = await simulateWeek();
  return new Map([
    ['docs/images/dashboard.svg', drawDashboard(week)],
    ['docs/images/life-of-a-key.svg', drawLifeOfAKey(week, { account: 'main', key: 'grid-bot' })],
  ]);
}
