export type Path = readonly PropertyKey[];

/** Something in a policy that a person should know, and where it stands. */
export interface Remark {
  readonly path: Path;
  /**
   * `warning`: it does not do what is written there. `hint`: it does, and that may not be what is meant; only a linter tells.
   */
  readonly level: 'warning' | 'hint';
  readonly says: string;
}

export const warning = (path: Path, says: string): Remark => ({ path, level: 'warning', says });
export const hint = (path: Path, says: string): Remark => ({ path, level: 'hint', says });

/** A list of the remarks whose condition holds. */
export const when = (holds: boolean, remark: Remark): Remark[] => (holds ? [remark] : []);

/** A field of args, which are not checked yet. */
export const field = (args: unknown, name: string): unknown => (typeof args === 'object' && args !== null && Object.hasOwn(args, name) ? (args as Record<string, unknown>)[name] : undefined);
