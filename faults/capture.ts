/**
 * Takes everything that is written to standard output and standard error from now on. The functions' logger and
 * metrics write there, as they do on Lambda.
 * @returns gives the streams back
 */
export function captureOutput(take: (text: string) => void): () => void {
  const streams = [process.stdout, process.stderr] as const;
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = ((chunk: string | Uint8Array) => {
      take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    }) as typeof stream.write;
  }
  return () => {
    streams.forEach((stream, index) => {
      const write = writes[index];
      if (write) stream.write = write;
    });
  };
}
