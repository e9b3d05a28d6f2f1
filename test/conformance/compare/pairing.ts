/**
 * Which value of one side stands for which of the other: UIDs, versions and generated names differ, but what is equal on one
 * side has to be equal on the other.
 */
export class Pairing {
  readonly #there = new Map<string, string>();
  readonly #back = new Map<string, string>();

  /** True when the two may stand for each other; from then on only for each other. After a no the new pair counts. */
  agrees(kind: string, real: string, other: string): boolean {
    const [left, right] = [`${kind} ${real}`, `${kind} ${other}`];
    const partner = this.#there.get(left);
    const agreed = partner === undefined ? !this.#back.has(right) : partner === right;
    this.#there.set(left, right);
    this.#back.set(right, left);
    return agreed;
  }
}
