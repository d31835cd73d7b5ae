import { busArn, formatArn, type Place } from '../arn.ts';
import type { MovableClock } from '../clock.ts';
import type { Deliver } from '../delivery.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import { type BusEvent, comesFromCloudTrail, type EventContent, makeEvent } from './event.ts';
import type { EventPattern } from './event-pattern.ts';
import { type Archive, type Bus, DEFAULT_BUS, type Rule, ruleTakes } from './rule.ts';
import { RuleSchedules } from './rule-schedules.ts';
import { RuleTargets } from './rule-targets.ts';

interface BusDependencies {
  readonly place: Place;
  readonly clock: MovableClock;
  readonly metrics: MetricStore;
  readonly deliver: Deliver;
  /** Whether a trail with logging on makes CloudTrail's records reach the default bus. */
  hasTrail(): boolean;
}

type EventListener = (event: BusEvent, busName: string) => void;

/** Every event bus with its rules and archives. Events are matched and delivered at once. */
export class EventBuses {
  readonly #dependencies: BusDependencies;
  readonly #buses = new Map<string, Bus>();
  readonly #listeners = new Set<EventListener>();
  readonly #targets: RuleTargets;
  readonly #schedules: RuleSchedules;

  constructor(dependencies: BusDependencies) {
    this.#dependencies = dependencies;
    this.#targets = new RuleTargets(dependencies);
    this.#schedules = new RuleSchedules(dependencies.clock, (rule) => this.#fire(rule));
    this.putBus(DEFAULT_BUS);
  }

  /** Makes the bus; an existing one stays as it is. */
  putBus(name: string): Bus {
    const known = this.#buses.get(name);
    if (known) return known;
    const arn = busArn(this.#dependencies.place, name);
    const bus = { name, arn, rules: new Map(), archives: new Map(), policies: new Map() };
    this.#buses.set(name, bus);
    return bus;
  }

  removeBus(name: string): void {
    for (const rule of this.#buses.get(name)?.rules.values() ?? []) this.removeRule(name, rule.name);
    this.#buses.delete(name);
  }

  /** By name or ARN. */
  find(nameOrArn: string): Bus | undefined {
    return this.#buses.get(nameOrArn.replace(/^arn:aws:events:[^:]*:\d*:event-bus\//, ''));
  }

  /** @throws Error when there is no such bus. */
  get(nameOrArn: string): Bus {
    const found = this.find(nameOrArn);
    if (!found) throw new Error(`there is no event bus '${nameOrArn}'`);
    return found;
  }

  list(): Bus[] {
    return [...this.#buses.values()];
  }

  ruleArn(busName: string, ruleName: string): string {
    const path = busName === DEFAULT_BUS ? ruleName : `${busName}/${ruleName}`;
    return formatArn(this.#dependencies.place, 'events', `rule/${path}`);
  }

  /** Makes or replaces a rule; a schedule that stays the same keeps its rhythm. */
  putRule(rule: Rule): void {
    const { rules } = this.get(rule.busName);
    const before = rules.get(rule.name);
    rules.set(rule.name, rule);
    this.#schedules.change(rule, before);
  }

  removeRule(busName: string, ruleName: string): void {
    const rule = this.find(busName)?.rules.get(ruleName);
    if (!rule) return;
    this.#schedules.cancel(rule.arn);
    this.#buses.get(rule.busName)?.rules.delete(ruleName);
  }

  putArchive(name: string, busNameOrArn: string, pattern: EventPattern | undefined): Archive {
    const bus = this.get(busNameOrArn);
    const arn = formatArn(this.#dependencies.place, 'events', `archive/${name}`);
    const events = bus.archives.get(name)?.events ?? 0;
    const archive = { name, arn, busName: bus.name, pattern, events };
    bus.archives.set(name, archive);
    return archive;
  }

  removeArchive(name: string): void {
    for (const { archives } of this.#buses.values()) archives.delete(name);
  }

  resourcePolicy(bus: Bus): PolicyDocument {
    return { Statement: [...bus.policies.values()].flatMap(({ Statement }) => Statement) };
  }

  /** Takes an event on a bus. @throws Error when there is no such bus. */
  put(busNameOrArn: string, content: EventContent): BusEvent {
    const event = makeEvent(this.#dependencies.place, content);
    this.#accept(this.get(busNameOrArn), event);
    return event;
  }

  /** Takes an event that is another bus's, unchanged. @throws Error when there is no such bus. */
  forward(busNameOrArn: string, event: BusEvent): void {
    this.#accept(this.get(busNameOrArn), event);
  }

  /** An event of an AWS service on the default bus; CloudTrail's records get there only with a trail. */
  emit(content: EventContent): void {
    if (comesFromCloudTrail(content) && !this.#dependencies.hasTrail()) return;
    this.put(DEFAULT_BUS, content);
  }

  /** Calls the listener with every event that a bus takes. Call what is returned to end that. */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #accept(bus: Bus, event: BusEvent): void {
    for (const archive of bus.archives.values()) {
      if (!archive.pattern || archive.pattern.matches(event)) archive.events += 1;
    }
    for (const listener of this.#listeners) listener(event, bus.name);
    for (const rule of bus.rules.values()) if (ruleTakes(rule, event)) this.#targets.trigger(rule, event);
  }

  /** The targets may have changed since the schedule was started. */
  #fire({ busName, name, arn }: Rule): void {
    const rule = this.find(busName)?.rules.get(name);
    if (!rule) return;
    const { place, clock } = this.#dependencies;
    const content = { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [arn], detail: {} };
    this.#targets.trigger(rule, makeEvent(place, { ...content, time: clock.now() }));
  }
}
