import type { ConnectionLostError, ServiceError } from './service-error.ts';

interface PlannedFault {
  readonly when: 'before' | 'after';
  readonly error: ServiceError | ConnectionLostError;
}

/** Failures that a test has ordered, first come first served per operation. */
export class PlannedFaults {
  readonly #planned = new Map<string, PlannedFault[]>();

  plan(operation: string, fault: PlannedFault): void {
    this.#planned.set(operation, [...(this.#planned.get(operation) ?? []), fault]);
  }

  /** Throws the next fault of the operation when it is one for this moment. */
  strike(operation: string, when: 'before' | 'after'): void {
    const [next, ...rest] = this.#planned.get(operation) ?? [];
    if (next?.when !== when) return;
    this.#planned.set(operation, rest);
    throw next.error;
  }
}
