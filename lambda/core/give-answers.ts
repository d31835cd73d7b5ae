import type { AccountDeclaration } from '../declaration.ts';
import { giveAnswer, type PlannedAnswer } from './answers.ts';
import { type Scene, tell } from './facts.ts';
import type { StopPorts } from './stop.ts';
import { type Told, tellOnce } from './told.ts';

/** Gives every planned answer; one that fails does not keep the others from being given. @returns what failed */
export async function giveAnswers(
  answers: readonly PlannedAnswer[],
  { declaration, scene, told }: { declaration: AccountDeclaration; scene: Scene; told: Told },
  ports: StopPorts,
): Promise<{ what: string; error: unknown }[]> {
  const failures: { what: string; error: unknown }[] = [];
  for (const answer of answers) {
    try {
      const withheld = await giveAnswer(answer, { declaration, scene }, ports);
      if (withheld) await tellOnce([tell(scene, ports.time.now(), withheld)], told, ports.audit);
    } catch (error) {
      failures.push({ what: `${answer.answer} ${answer.key}`, error });
    }
  }
  return failures;
}
