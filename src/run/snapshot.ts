import type { PowerBoard } from '../act/power.ts';
import type { ScriptRunner } from '../act/scripts/runner.ts';
import type { Leadership } from '../kube/leadership.ts';
import type { ScriptAbility, Snapshot } from '../model/snapshot.ts';
import type { Tick } from '../model/time.ts';
import type { Observation } from '../observe/observation.ts';

export interface SnapshotParts {
  readonly observation: Observation;
  readonly power: PowerBoard;
  readonly scripts: ScriptRunner;
  readonly election: Leadership;
  /** The node this process runs on, when it is told. */
  readonly node: string | undefined;
  /** Asked of the API server once, at the start. */
  readonly mayDeleteNodes: boolean;
  leadingSince(): Tick;
}

/** Puts what was observed and what this process knows of itself together, for one synchronous `decide`. */
export function snapshotOf({ observation: { view }, power, scripts, election, node, mayDeleteNodes, leadingSince }: SnapshotParts): Snapshot {
  return {
    nodes: view.nodes,
    fences: view.fences,
    heartbeat: view.heartbeat,
    podsOn: view.podsOn,
    attachmentsOn: view.attachmentsOn,
    volumeOf: view.volumeOf,
    driversOn: view.driversOn,
    phaseSince: view.phaseSince,
    lastLeaseMove: view.lastLeaseMove,
    powerReadings: power.readings,
    scriptRunning: power.running,
    script: remembered((name) => abilityOf(scripts, name)),
    self: { identity: election.identity, node, epoch: election.epoch, leadingSince: leadingSince(), mayDeleteNodes, ...(view.paused === undefined ? {} : { paused: view.paused }) },
  };
}

/** Looks at a script's files once per snapshot, not once per node. */
function remembered<T>(look: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const seen = known.get(name) ?? look(name);
    known.set(name, seen);
    return seen;
  };
}

function abilityOf(scripts: ScriptRunner, name: string): ScriptAbility {
  const described = scripts.describe(name);
  return 'problem' in described ? { kind: 'unusable', problem: described.problem } : { kind: 'usable', actions: described.actions };
}
