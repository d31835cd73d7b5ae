import type { InvocationOutcome } from './invocation.ts';

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGSEGV: 'segmentation fault',
  SIGABRT: 'aborted',
};

/** The process ended in the middle of an invocation. */
export function exitedWith(requestId: string, exit: Exit | undefined): InvocationOutcome {
  const signal = exit?.signal;
  const how = signal ? `signal: ${SIGNAL_WORDS[signal] ?? signal}` : `exit status ${exit?.code ?? 'unknown'}`;
  return {
    error: {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
    },
  };
}

export function timedOutAfter({
  requestId,
  timeoutMs,
}: {
  requestId: string;
  timeoutMs: number;
}): InvocationOutcome {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return {
    error: {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
    },
  };
}
