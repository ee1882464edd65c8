import type { ColumnMap } from "./column-map.ts";
import { QUALITY_LETTERS } from "./quality-letters.ts";
import type { Question } from "./questions.ts";
import type { RowReader } from "./source-rows.ts";

// runs in a browser's page too: what a user is told of the rows of a table

/** What a user should know once the rows have been read. */
export function remarksOfRows(
  { mapped }: ColumnMap,
  { rows, accepted, repeated }: {
    readonly rows: number;
    readonly accepted: number;
    readonly repeated: number;
  },
  reader: RowReader,
): string[] {
  const of = (...targets: string[]) =>
    mapped.filter(({ target }) => targets.includes(target)).map(({ column }) => column).join(", ");
  const standIns = mapped.flatMap(({ target, column }) =>
    [...reader.counts.get(target)!.standIns].map(([number, n]) => `${number} of ${column} in ${n}`)
  );
  const { errors, marks, thousands } = reader.written;
  return [
    repeated > 0
      ? `${rows} rows, ${accepted} sources: ${repeated} rows say the same of a source again.`
      : "",
    standIns.length > 0 ? `Taken for missing: ${standIns.join(", ")} rows.` : "",
    reader.unplaced > 0
      ? `${reader.unplaced} of ${accepted} sources have no position: nothing is promised of their sets.`
      : "",
    reader.dark > 0 ? `${reader.dark} of ${accepted} sources have no X-ray flux.` : "",
    reader.nowhere > 0 ? `Positions of 0, 0 are taken for missing: ${reader.nowhere} rows.` : "",
    ...QUALITY_LETTERS.flatMap(({ target, bands }) => {
      const told = (words: string, counts: ReadonlyMap<string, number>) => {
        const here = bands.filter((band) => counts.has(band));
        const list = here.map((band) => `${band} ${counts.get(band)}`).join(", ");
        return here.length > 0 ? `${words} by ${of(target)}, taken for missing: ${list}.` : "";
      };
      return [
        told("Upper limits", reader.lettered.limit),
        told("Unusable magnitudes", reader.lettered.unusable),
      ];
    }),
    errors.length > 0
      ? `Of values with errors, 1.5 ± 0.3, the values are read: ${errors.join(", ")}.`
      : "",
    marks.length > 0
      ? `Marks around values, 1.5* or ~1.5, are left out: ${
        marks.join(", ")
      }. Where they say that a ` +
        "value is a limit, write <1.5."
      : "",
    thousands.length > 0 ? `Commas part thousands, 12,345: ${thousands.join(", ")}.` : "",
    reader.writtenLimits.size > 0
      ? `Cells such as <1e-15, >20 and 20U are limits, observed and fainter: ${
        counted(reader.writtenLimits)
      }.`
      : "",
    reader.bareLimits.size > 0
      ? "Limits on the other side, or of what is neither flux nor magnitude, are taken for missing: " +
        `${counted(reader.bareLimits)}.`
      : "",
    reader.contradicted > 0
      ? `${of("gal_l", "gal_b")} contradict ${of("ra", "dec")} in ${reader.contradicted} rows: ` +
        `${of("ra", "dec")} are taken.`
      : "",
  ].filter(Boolean);
}

function counted(columns: ReadonlyMap<string, number>): string {
  return Array.from(columns, ([column, n]) => `${column} in ${n} rows`).join(", ");
}

/** What to ask where rows of one name differ. */
export function rowsQuestion(
  nDiffering: number,
  some: ReadonlyMap<string, ReadonlySet<string>>,
): Question {
  const names = Array.from(
    some,
    ([name, columns]) => `"${name.slice(0, 60)}" in ${[...columns].slice(0, 12).join(", ")}`,
  );
  const rest = nDiffering - names.length;
  return {
    text: `${nDiffering === 1 ? "1 source is" : `${nDiffering} sources are`} ` +
      `on several rows that differ: ${names.join("; ")}` +
      (rest > 0 ? ` and ${rest} more` : "") +
      "; keep one row of each, or score every row",
    candidates: [],
    options: ["--rows", "all"],
  };
}
