import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { DECLARATION_FILE } from '../lambda/contract.ts';
import type { AccountDeclaration, FleetDeclaration, NotifyDeclaration } from '../lambda/declaration.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Major version of Node.js that the functions run on. */
const NODE_VERSION = 24;

/** A file of `lambda/handlers` that is deployed as a function of its own. */
export type HandlerFile = 'rotate' | 'reconcile' | 'operate' | 'watch-reads' | 'notify';

interface Bundle {
  readonly code: string;
  /** Every file that is inside, relative to the repository. */
  readonly inputs: readonly string[];
}

const bundles = new Map<HandlerFile, Bundle>();

/**
 * A handler with everything that it needs in one file, the AWS SDK as well, so that what was tested is what
 * runs. Made once in a process. Not minified and without source map: stack traces then name our functions
 * and can be read in the Lambda console.
 */
export function bundleHandler(handler: HandlerFile): Bundle {
  const known = bundles.get(handler);
  if (known) return known;
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [`lambda/handlers/${handler}.ts`],
    bundle: true,
    platform: 'node',
    target: `node${NODE_VERSION}`,
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    write: false,
  });
  const bundle = { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) };
  bundles.set(handler, bundle);
  return bundle;
}

let workFolder: string | undefined;

/** Where code lies until the CDK has copied it into the cloud assembly; gone when the process ends. */
function newFolder(): string {
  if (!workFolder) {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-code-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    workFolder = folder;
  }
  return mkdtempSync(join(workFolder, 'function-'));
}

/** A handler as a function's code, with what is declared beside it. The asset's hash is that of the two files. */
export function handlerCode(
  handler: HandlerFile,
  declaration: AccountDeclaration | FleetDeclaration | NotifyDeclaration,
): AssetCode {
  const folder = newFolder();
  writeFileSync(join(folder, 'index.js'), bundleHandler(handler).code);
  writeFileSync(join(folder, DECLARATION_FILE), `${JSON.stringify(declaration, null, 2)}\n`);
  return Code.fromAsset(folder);
}
