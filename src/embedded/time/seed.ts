/** Where everything that looks like chance comes from. The same seed and the same questions give the same answers. */
export interface Chance {
  /** From 0 up to 1. */
  random(): number;
  /** A new identifier in the form of a UUID. */
  newID(): string;
  /** Chance of its own for one part: one more question there changes nothing elsewhere. */
  of(part: string): Chance;
}

/** Small fast counting generator (sfc32) of PractRand, started from a hash of the seed and the name of the part. */
export function chanceFrom(seed: number, part = ''): Chance {
  const next = sfc32(hashes(`${seed} ${part}`));
  return {
    random: () => next() / 4_294_967_296,
    newID: () => uuid(next(), next(), next(), next()),
    of: (name) => chanceFrom(seed, `${part}/${name}`),
  };
}

function sfc32([first, second, third, fourth]: readonly [number, number, number, number]): () => number {
  let [a, b, c, counter] = [first, second, third, fourth];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

/** Four 32-bit numbers from a text (FNV-1a with four starts). */
function hashes(text: string): [number, number, number, number] {
  const one = (start: number): number => {
    let hash = start;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
    return hash | 0;
  };
  return [one(2_166_136_261), one(374_761_393), one(668_265_263), one(1_274_126_177)];
}

/** Version 4, variant 1, as RFC 9562 wants it: clients look at the form. */
function uuid(one: number, two: number, three: number, four: number): string {
  const [a, b, c, d] = [one, (two & 0xffff0fff) | 0x4000, (three & 0x3fffffff) | 0x80000000, four].map((word) => (word >>> 0).toString(16).padStart(8, '0')) as [string, string, string, string];
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}
