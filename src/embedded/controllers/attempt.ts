import { Refusal } from '../api-server/refusal.ts';

/** Does one step of several that must not keep each other waiting. False when it was refused; a fault of ours goes on up. */
export function attempt(what: string, complain: (line: string) => void, step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain(`${what}: ${error.message}`);
    return false;
  }
}
