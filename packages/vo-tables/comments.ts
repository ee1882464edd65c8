/** Lines that programs write above a table, which say nothing of its cells in words. */
const OF_PROGRAMS =
  /^(?:[-=*#\s]*$|-|Column\b|INFO\b|RESOURCE\b|Table\t|Name:|Title:|Coosys\b|VizieR Astronomical|Date:|In case of problem|%ECSV|\d+\s+[A-Za-z]\S*\s)/i;
/** What is kept of them. */
const MOST_LINES = 200, MOST_LETTERS = 400;

/**
 * What people wrote above a table: lines behind `#` or `\`, and those before the header, without
 * what programs put there.
 *
 * @param above The lines above the rows.
 * @param header Place of the header among them.
 */
export function commentsOf(above: readonly string[], header: number): string[] {
  return above.flatMap((line, i) => {
    const text = line.replace(/^[\s#\\%|]+/, "").trim();
    const isMarked = /^\s*[#\\%]/.test(line);
    if (i === header || (!isMarked && i > header) || OF_PROGRAMS.test(text)) return [];
    return text === "" ? [] : [text.slice(0, MOST_LETTERS)];
  }).slice(0, MOST_LINES);
}
