/** A text of somebody else's as a part of one of our lines: no line breaks, no control characters, and not too long. */
export function oneLine(text: string, longest = 500): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
