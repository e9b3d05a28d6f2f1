import type { Tone } from './line.ts';

/** Puts a tone's colour around a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

/** Bold where the colour carries meaning, so that it is seen without telling red from green. */
const codes: Readonly<Record<Tone, string>> = { plain: '', quiet: '2', act: '33', bad: '1;31', good: '1;32', title: '1' };

export const coloured: Paint = (tone, text) => (codes[tone] === '' || text.trim() === '' ? text : `\u001B[${codes[tone]}m${text}\u001B[0m`);

export const uncoloured: Paint = (_tone, text) => text;
