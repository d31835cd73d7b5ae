import type { BusEvent } from '../events/event.ts';
import type { EventBuses } from '../events/event-buses.ts';

/** An event with the bus that took it. */
export interface RecordedEvent {
  readonly busName: string;
  readonly event: BusEvent;
}

const MOST = 10_000;

/** The last ten thousand events of all buses. */
export class EventRecord {
  readonly #events: RecordedEvent[] = [];

  constructor(buses: EventBuses) {
    buses.onEvent((event, busName) => {
      this.#events.push({ busName, event });
      if (this.#events.length > MOST) this.#events.shift();
    });
  }

  /** Oldest first; of one bus or of all. */
  list(busName?: string): RecordedEvent[] {
    return this.#events.filter((one) => busName === undefined || one.busName === busName);
  }
}
