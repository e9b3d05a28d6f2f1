/** Sends a signal to every process of the group that `leader` leads; false when there is none left. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

/** Kills the group should this process end without having done so. Returns the way to take that back. */
export function killAtExit(leader: number): () => void {
  const kill = (): void => void signalGroup(leader, 'SIGKILL');
  process.once('exit', kill);
  return () => process.removeListener('exit', kill);
}
