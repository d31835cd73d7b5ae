import { formatArn, type Place, parseArn } from '../arn.ts';
import type { MovableClock } from '../clock.ts';
import type { Deliver } from '../delivery.ts';
import type { EventContent } from '../events/event.ts';
import type { AlarmChange, AlarmDefinition, AlarmSummary } from './alarm.ts';
import { type AlarmState, evaluate, evaluationRange } from './alarm-evaluation.ts';
import { type AlarmNews, functionMessage, stateChangeDetail, topicMessage } from './alarm-notification.ts';
import { alarmsIn, type CompositeRule, ruleHolds } from './composite-rule.ts';
import { keyOf, type MetricStore, MINUTE_MS, startOfMinute } from './metric-store.ts';

interface AlarmDependencies {
  readonly place: Place;
  readonly clock: MovableClock;
  readonly metrics: MetricStore;
  readonly deliver: Deliver;
  emit(event: EventContent): void;
}

interface Alarm {
  definition: AlarmDefinition;
  readonly arn: string;
  state: AlarmState;
  reason: string;
  since: string;
}

type ChangeListener = (change: AlarmChange) => void;

/**
 * Every alarm, evaluated as if CloudWatch did so each minute. An alarm on a metric can only change at the minutes in
 * which a value enters its window, moves a period back or leaves it, so only those are computed. A composite alarm
 * follows as soon as one of its alarms changes.
 */
export class Alarms {
  readonly #dependencies: AlarmDependencies;
  readonly #alarms = new Map<string, Alarm>();
  readonly #due = new Map<number, Set<string>>();
  readonly #listeners = new Set<ChangeListener>();

  constructor(dependencies: AlarmDependencies) {
    this.#dependencies = dependencies;
    dependencies.metrics.onRecord((identity, minuteMs) => this.#planAfter(keyOf(identity), minuteMs));
  }

  /**
   * Makes the alarm, or changes an existing one, which keeps its state until the next evaluation.
   * @throws Error for a composite alarm of alarms that do not exist
   */
  put(definition: AlarmDefinition): string {
    const { place, clock } = this.#dependencies;
    const known = this.#alarms.get(definition.name);
    const { watched } = definition;
    const alarm: Alarm = {
      arn: formatArn(place, 'cloudwatch', `alarm:${definition.name}`),
      state: 'INSUFFICIENT_DATA',
      since: clock.now().toISOString(),
      ...known,
      reason: watched.kind === 'not evaluated locally' ? watched.why : (known?.reason ?? 'not evaluated yet'),
      definition,
    };
    if (watched.kind === 'composite') for (const one of alarmsIn(watched.rule)) this.#named(one);
    this.#alarms.set(definition.name, alarm);
    this.#planAll(alarm, startOfMinute(clock.nowMs()));
    return alarm.arn;
  }

  remove(name: string): void {
    this.#alarms.delete(name);
  }

  /** @throws Error when there is no such alarm. */
  state(name: string): AlarmState {
    const alarm = this.#alarms.get(name);
    if (!alarm) throw new Error(`there is no alarm '${name}'`);
    return alarm.state;
  }

  list(): AlarmSummary[] {
    return [...this.#alarms.values()].map(({ definition, arn, state, reason, since }) => {
      const { name, description, watched } = definition;
      return {
        name,
        arn,
        description,
        state,
        reason,
        since,
        evaluated: watched.kind !== 'not evaluated locally',
      };
    });
  }

  /** Calls the listener at every change of state. Call what is returned to end that. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #planAfter(metricKey: string, minuteMs: number): void {
    for (const alarm of this.#alarms.values()) {
      const { watched } = alarm.definition;
      if (watched.kind === 'metric' && keyOf(watched.metric) === metricKey) this.#planAll(alarm, minuteMs);
    }
  }

  /** Plans an evaluation for each minute in which a value of this minute changes its place in the window. */
  #planAll({ definition: { name, watched } }: Alarm, minuteMs: number): void {
    if (watched.kind === 'composite')
      this.#plan(name, startOfMinute(this.#dependencies.clock.nowMs()) + MINUTE_MS);
    if (watched.kind !== 'metric') return;
    const soonestMs = startOfMinute(this.#dependencies.clock.nowMs()) + MINUTE_MS;
    for (let shift = 0; shift <= evaluationRange(watched.rule); shift += 1) {
      this.#plan(name, Math.max(minuteMs + MINUTE_MS + shift * watched.periodMs, soonestMs));
    }
  }

  #plan(name: string, dueMs: number): void {
    const planned = this.#due.get(dueMs);
    if (planned) {
      planned.add(name);
      return;
    }
    this.#due.set(dueMs, new Set([name]));
    this.#dependencies.clock.at(dueMs, 'alarm evaluation', async () => {
      const names = this.#due.get(dueMs) ?? [];
      this.#due.delete(dueMs);
      for (const one of names) this.#evaluate(one, dueMs);
    });
  }

  #evaluate(name: string, atMs: number): void {
    const alarm = this.#alarms.get(name);
    if (alarm?.definition.watched.kind === 'composite') this.#combine(alarm, alarm.definition.watched.rule);
    if (alarm?.definition.watched.kind !== 'metric') return;
    const { metric, periodMs, rule } = alarm.definition.watched;
    const { metrics } = this.#dependencies;
    const periods = Array.from({ length: evaluationRange(rule) }, (_, age) =>
      metrics.aggregate(metric, atMs - (age + 1) * periodMs, atMs - age * periodMs),
    );
    const { state, reason } = evaluate(rule, periods);
    if (state !== undefined && state !== alarm.state) this.#change(alarm, state, reason);
  }

  #combine(alarm: Alarm, rule: CompositeRule): void {
    const bad = alarmsIn(rule)
      .map((one) => this.#named(one))
      .filter(({ state }) => state === 'ALARM');
    const state = ruleHolds(rule, (one) => this.#named(one).state) ? 'ALARM' : 'OK';
    const reason = `in ALARM: ${bad.map(({ definition }) => definition.name).join(', ') || 'none'}`;
    if (state !== alarm.state) this.#change(alarm, state, reason);
  }

  /** By name or ARN. @throws Error when there is no such alarm. */
  #named(alarm: string): Alarm {
    const found = [...this.#alarms.values()].find(
      ({ arn, definition }) => arn === alarm || definition.name === alarm,
    );
    if (!found) throw new Error(`there is no alarm '${alarm}'`);
    return found;
  }

  #change(alarm: Alarm, to: AlarmState, reason: string): void {
    const { place, clock, emit } = this.#dependencies;
    const { definition, arn, state: from, ...before } = alarm;
    const change = { name: definition.name, from, to, reason, at: clock.now().toISOString() };
    Object.assign(alarm, { state: to, reason, since: change.at });
    const news = { place, arn, definition, change, before };
    for (const listener of this.#listeners) listener(change);
    emit({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [arn],
      detail: stateChangeDetail(news),
      time: clock.now(),
    });
    if (definition.actionsEnabled) this.#notify(news);
    this.#followComposites(alarm);
  }

  #followComposites(changed: Alarm): void {
    for (const alarm of this.#alarms.values()) {
      const { watched } = alarm.definition;
      if (watched.kind !== 'composite') continue;
      if (alarmsIn(watched.rule).some((one) => this.#named(one) === changed))
        this.#combine(alarm, watched.rule);
    }
  }

  #notify(news: AlarmNews): void {
    const { deliver, clock } = this.#dependencies;
    for (const target of news.definition.actions[news.change.to]) {
      const toFunction = parseArn(target).service === 'lambda';
      const service = toFunction ? 'lambda.alarms.cloudwatch.amazonaws.com' : 'cloudwatch.amazonaws.com';
      try {
        const parcel = toFunction ? functionMessage(news) : topicMessage(news);
        deliver(target, parcel, { kind: 'service', service, sourceArn: news.arn });
      } catch (error) {
        clock.report(error, `action of alarm ${news.definition.name}`);
      }
    }
  }
}
