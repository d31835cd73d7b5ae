import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionCode } from './function-definition.ts';

/** The folder outside the repository that functions run in, so that its package.json does not reach them. */
export class TaskRoots {
  #folder: string | undefined;
  #made = 0;

  /** Copies a function's code into a folder of its own. */
  make(functionName: string, code: FunctionCode): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'rekey-local-'));
    this.#made += 1;
    const root = join(this.#folder, `${functionName}-${this.#made}`);
    mkdirSync(root, { recursive: true });
    if (code.kind === 'folder') cpSync(code.path, root, { recursive: true });
    else writeFileSync(join(root, 'index.js'), code.source);
    return root;
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}
