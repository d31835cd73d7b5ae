/** What is used of Stryker's report. @see https://github.com/stryker-mutator/mutation-testing-elements (report schema 2) */
export interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

/** What became of mutants. */
interface Counts {
  /** Percent of the mutants that were found: killed, or never ended. */
  readonly score: number;
  readonly killed: number;
  readonly survived: number;
  readonly timeout: number;
  /** No test comes there: as bad as survived. */
  readonly noCoverage: number;
}

/** What `--json` prints. */
export interface Summary extends Counts {
  readonly files: Readonly<Record<string, Counts>>;
  readonly seconds: number;
}

/** Counts a report: all of it, and file by file. */
export function summarise({ files }: Report): Omit<Summary, 'seconds'> {
  const statusesOf = Object.entries(files).map(
    ([name, { mutants }]) => [name, mutants.map(({ status }) => status)] as const,
  );
  return {
    ...count(statusesOf.flatMap(([, statuses]) => statuses)),
    files: Object.fromEntries(
      statusesOf
        .filter(([, statuses]) => statuses.length > 0)
        .map(([name, statuses]) => [name, count(statuses)]),
    ),
  };
}

function count(statuses: readonly string[]): Counts {
  const of = (wanted: string) => statuses.filter((status) => status === wanted).length;
  const counts = {
    killed: of('Killed'),
    survived: of('Survived'),
    timeout: of('Timeout'),
    noCoverage: of('NoCoverage'),
  };
  const found = counts.killed + counts.timeout;
  const all = found + counts.survived + counts.noCoverage;
  return { score: all === 0 ? 100 : Math.round((10_000 * found) / all) / 100, ...counts };
}

/** The summary for people, a line for each file. */
export function table({ files, seconds, ...all }: Summary): string {
  const rows = [...Object.entries(files), ['all', all] as const].map(([name, counts]) => [
    name,
    counts.score.toFixed(2),
    ...[counts.killed, counts.survived, counts.timeout, counts.noCoverage].map(String),
  ]);
  const lines = [['', 'score', 'killed', 'survived', 'timeout', 'no coverage'], ...rows];
  const widths = [36, 7, 7, 9, 8, 12];
  const text = lines.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(''),
  );
  return ['', ...text, '', `${seconds} s`, ''].join('\n');
}
