import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '../parse-json.ts';
import { BadInputError } from '../problem.ts';

/** Written by `npm run local`, relative to the working directory. */
const LOCAL_FILE = '.rekey/local.json';

const START = 'start the local cloud with npm run local';

/** Signed requests with a manager key in them go there unencrypted, so it must be this machine. */
const loopback = z.string().regex(/^http:\/\/(127\.0\.0\.1|localhost):\d{1,5}\/?$/);
const localFile = z.object({
  url: loopback,
  region: z.string(),
  accountId: z.string(),
  /** The configuration that it runs. */
  config: z.string().optional(),
});

/** Where the functions run, in the form that the clients of the SDK take. */
export interface Target {
  /** Absent: the usual chains of the SDK find Region and credentials. */
  readonly local?: {
    readonly url: string;
    readonly region: string;
    readonly config?: string | undefined;
  };
}

/** @param local as in Options @throws BadInputError */
export async function findTarget(local: string | undefined, file = LOCAL_FILE): Promise<Target> {
  if (local === undefined) return {};
  if (local === '') return { local: await readLocalFile(file) };
  if (loopback.safeParse(local).success) return { local: { url: local, region: 'us-east-1' } };
  throw new BadInputError('--local wants an address on this machine, for example http://127.0.0.1:4566');
}

async function readLocalFile(file: string): Promise<z.infer<typeof localFile>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new BadInputError(`there is no ${file}: ${START}`, { cause });
  });
  const parsed = localFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new BadInputError(`${file} does not say where the local cloud is: ${START}`);
}
