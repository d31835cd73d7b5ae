import { writeFileSync } from 'node:fs';
import { drawDashboard } from './dashboard.ts';
import { drawLifeOfAKey } from './life-of-a-key.ts';
import { simulateWeek } from './week.ts';
const week = await simulateWeek();
writeFileSync('docs/images/dashboard.svg', drawDashboard(week));
writeFileSync('docs/images/life-of-a-key.svg', drawLifeOfAKey(week, { account: 'main', key: 'grid-bot' }));
