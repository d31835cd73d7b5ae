import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long: most mutants are found by the others before their turn comes. */
const SLOW = ['stop', 'answers', 'watch', 'interruption'].map((name) => `/${name}.test.ts`);

/** The first failing test ends a run, so what takes longest comes last. */
export class QuickFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

function rank({ moduleId }: TestSpecification): number {
  return SLOW.findIndex((name) => moduleId.endsWith(name));
}
