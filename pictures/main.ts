import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { drawPictures } from './pictures.ts';

for (const [path, svg] of await drawPictures()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, svg);
  process.stdout.write(`${path}\n`);
}
