import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseTrace, type Trace, TraceError } from './trace.ts';

const TRACES = new URL('../test/incidents/traces/', import.meta.url);

/** Every incident that was recorded, those that nobody could see included, by name. @throws TraceError */
export function recordedTraces(): Trace[] {
  const names = readdirSync(TRACES)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  return names.sort().map((name) => readTrace(fileURLToPath(new URL(`${name}.json`, TRACES))));
}

/** A trace from a file. @throws TraceError that names the file, and the field if there is one */
export function readTrace(path: string): Trace {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown fault';
    throw new TraceError(`${path}: cannot be read (${code})`);
  }
  return parseTrace(json, basename(path));
}
