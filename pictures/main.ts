import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { drawPictures } from './pictures.ts';
import { simulateWeek } from './week.ts';

for (const [path, svg] of drawPictures(await simulateWeek())) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, svg);
  process.stdout.write(`${path}\n`);
}
