/** Columns that stand under each other, parted by blanks alone. */
interface AlignedColumns {
  readonly names: readonly string[];
  /** Whether the second line names the first column, as pandas writes a named index. */
  readonly isIndexed: boolean;
  /** First place of each cell, and the one behind its last. */
  readonly spans: readonly (readonly [start: number, end: number])[];
  /** Places that must be blank. */
  readonly bars: readonly number[];
}

/** Rows by which columns are found, and places of a line that are looked at. */
const SAMPLE = 500, MOST_PLACES = 20_000;
/** Share of the cells of a column that may hold blanks beside each other. */
const MOST_WIDE = 0.2;

/**
 * Columns of a text whose cells stand under each other, as pandas' `to_string` and people write
 * them: the places that are blank in every line part them. Cells may hold single blanks, as names
 * do: what no name stands over belongs to its neighbour where one blank parts them.
 *
 * @param lines The header and the lines below it, none of them blank.
 * @returns undefined where fewer than three columns with names stand under each other.
 */
export function alignedColumns(lines: readonly string[]): AlignedColumns | undefined {
  const all = lines.slice(0, SAMPLE);
  if (all.length < 2 || all.some((line) => line.includes("\t"))) return undefined;
  const length = Math.min(Math.max(...all.map((line) => line.trimEnd().length)), MOST_PLACES);
  const isBlank = Array.from({ length }, () => true);
  for (const line of all) {
    for (let i = 0; i < Math.min(line.length, length); i++) {
      if (line[i] !== " ") isBlank[i] = false;
    }
  }
  const blocks: [start: number, end: number][] = [];
  for (let i = 0; i < length; i++) {
    if (isBlank[i]) continue;
    if (i > 0 && !isBlank[i - 1]) blocks.at(-1)![1] = i + 1;
    else blocks.push([i, i + 1]);
  }
  const named = (from: number, to: number) => all[0].slice(from, to).trim();
  const found: [start: number, end: number][] = [];
  blocks.forEach(([start, end], i) => {
    const last = found.at(-1), isNear = last !== undefined && start - last[1] === 1;
    const isBare = (at: number) => named(...blocks[at]) === "";
    // a part of a name, or of an angle, under a header that stands over another of its parts
    if (isNear && (named(...last) === "" || isBare(i)) && !isAlone(all, last)) last[1] = end;
    else found.push([start, end]);
  });
  const names = found.map(([start, end]) => named(start, end));
  // two columns that some line below joins, such as a note
  const isJoined = found.some(([start, end]) => {
    const wide = all.filter((line) => /\S {2,}\S/.test(line.slice(start, end))).length;
    return wide > MOST_WIDE * all.length;
  });
  if (isJoined) return undefined;
  // a header whose words stand otherwise was not written so
  const words = all[0].trim().split(/ {2,}/);
  if (names.filter((name) => name !== "").join("\n") !== words.join("\n")) return undefined;
  const [start, end] = found[0] ?? [0, 0], below = all[1].slice(start, end).trim();
  const isIndexed = all.length > 2 && names[0] === "" && below !== "" && all[1].trim() === below;
  if (isIndexed) names[0] = below;
  if (names.filter((name) => name !== "").length < 3) return undefined;
  const bars = found.slice(1).flatMap(([from], i) =>
    Array.from({ length: from - found[i][1] }, (_, k) => found[i][1] + k)
  );
  return { names, isIndexed, spans: found, bars };
}

/** Whether a block without a name is a column of its own: the numbers of rows, 0, 1, 2. */
function isAlone(lines: readonly string[], [start, end]: readonly [number, number]): boolean {
  if (start > 0 || lines[0].slice(start, end).trim() !== "") return false;
  const cells = lines.slice(1).map((line) => Number(line.slice(start, end).trim() || NaN));
  return cells.every((cell, i) => Number.isInteger(cell) && (i === 0 || cell === cells[i - 1] + 1));
}
