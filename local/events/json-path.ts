/** Finds a value in an event; undefined when there is none. */
export type JsonPath = (event: unknown) => unknown;

const STEP = /\.([\w/-]+)|\[(\d+)\]/y;

/**
 * Reads a path as EventBridge takes it: `$`, names after dots, indices in brackets.
 *
 * @throws Error for anything else. Wildcards are not modelled.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function parseJsonPath(text: string): JsonPath {
  if (!text.startsWith('$')) throw new Error(`the path '${text}' must start with $`);
  const steps: (string | number)[] = [];
  for (let at = 1; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (!match) throw new Error(`the local cloud does not understand the path '${text}'`);
    steps.push(match[1] ?? Number(match[2]));
  }
  return (event) =>
    steps.reduce<unknown>(
      (value, step) => (value as Record<string | number, unknown> | null | undefined)?.[step],
      event,
    );
}
