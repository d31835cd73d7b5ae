import type { MovableClock, Scheduled } from '../clock.ts';
import type { Rule } from './rule.ts';
import { parseSchedule } from './schedule-expression.ts';

/** Runs the schedules of rules on the cloud's clock. */
export class RuleSchedules {
  readonly #clock: MovableClock;
  readonly #fire: (rule: Rule) => void;
  readonly #timers = new Map<string, Scheduled>();

  constructor(clock: MovableClock, fire: (rule: Rule) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /**
   * Takes over from the rule as it was before; a schedule that stays the same keeps its rhythm.
   *
   * @throws Error when the expression is not valid.
   */
  change(rule: Rule, before: Rule | undefined): void {
    const same = before?.scheduleExpression === rule.scheduleExpression && before?.state === rule.state;
    if (same) return;
    this.cancel(rule.arn);
    if (rule.scheduleExpression !== undefined && rule.state !== 'DISABLED')
      this.#start(rule, rule.scheduleExpression);
  }

  cancel(ruleArn: string): void {
    this.#timers.get(ruleArn)?.cancel();
    this.#timers.delete(ruleArn);
  }

  #start(rule: Rule, expression: string): void {
    const clock = this.#clock;
    const next = parseSchedule(expression, clock.nowMs());
    const arm = (afterMs: number): void => {
      const dueMs = next(afterMs);
      if (dueMs === undefined) return;
      const run = async (): Promise<void> => {
        arm(Math.max(dueMs, clock.nowMs()));
        this.#fire(rule);
      };
      this.#timers.set(rule.arn, clock.at(dueMs, `schedule of ${rule.name}`, run));
    };
    arm(clock.nowMs());
  }
}
