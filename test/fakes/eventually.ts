/**
 * Turns the event loop until `holds` returns true: for what happens over a real socket while the clock is a fake one.
 * Never sleeps; gives up after `limit` real milliseconds with `what` in the message.
 */
export async function eventually(what: string, holds: () => boolean, limit = 10_000): Promise<void> {
  const end = performance.now() + limit;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Did not happen within ${limit} ms: ${what}`);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
