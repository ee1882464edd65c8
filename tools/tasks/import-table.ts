import type { ColumnChoice } from "#lib/tables/column-map.ts";
import { printable, TableError } from "#lib/tables/archive-table.ts";
import { csvLine } from "#lib/tables/csv-line.ts";
import { readTable } from "#lib/tables/read-table.ts";
import { implausible, type ReadTable } from "#lib/tables/source-rows.ts";
import { writeSources } from "#lib/tables/sources.ts";
import { MAPPING_HEAD, mappingRows } from "./mapping-table.ts";

/** First line of a list of rejected rows: by it our own lists are known. */
export const REJECTS_HEAD = csvLine(["row", "name", "column", "value", "problem"]);

/** What {@link importTable} may be told. */
export interface ImportOptions {
  /** Features of the model. */
  readonly features: readonly string[];
  readonly column: readonly ColumnChoice[];
  readonly encoding?: string;
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** Takes a line for the user. */
  readonly tell: (line: string) => void;
}

/**
 * Reads a user's table into the Parquet file that is scored, lists the rows left out in a CSV file,
 * tells how the table was understood, and refuses what cannot be meant.
 *
 * @throws TableError naming the file, the place and the remedy.
 */
export async function importTable(
  table: string,
  output: string,
  list: string,
  options: ImportOptions,
): Promise<ReadTable> {
  using rejects = await Deno.open(list, { write: true, create: true, truncate: true });
  const write = (line: string) => {
    const bytes = new TextEncoder().encode(line);
    for (let done = 0; done < bytes.length;) done += rejects.writeSync(bytes.subarray(done));
  };
  write(REJECTS_HEAD);
  let told = 0;
  const read = await readTable(table, {
    ...options,
    choices: options.column,
    onReject({ row, name, column, value, problem }) {
      write(csvLine([row, name, column, value, problem]));
      if (told++ < 10) {
        options.tell(printable(`  row ${row}${column && `, ${column} = "${value}"`}: ${problem}`));
      }
    },
  });
  await writeSources(output, options.features, read.batches, read.carried);
  options.tell(mapping(table, read).split("\n").map(printable).join("\n"));
  const odd = options.force ? [] : implausible(read.map, read.columns);
  if (odd.length > 0) throw new TableError("columns", `${table}:\n- ${odd.join("\n- ")}`);
  const { rows, accepted } = read.counts;
  if (accepted > 0) return read;
  throw new TableError("format", `none of the ${rows} rows of ${table} can be used; see above`);
}

/** How a table was understood, as a table of text. */
function mapping(table: string, read: ReadTable): string {
  const { kind, map, counts, carried } = read;
  const lines = mappingRows(read).map(([column, ...rest]) => [clipped(column), ...rest]);
  const all = [MAPPING_HEAD, ...lines];
  const widths = all[0].map((_, i) => Math.max(...all.map((line) => line[i].length)));
  const text = all.map((line) =>
    "  " + line.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()
  );
  const notes = [
    carried.length > 0 ? `Carried along: ${carried.map(({ name }) => name).join(", ")}.` : "",
    map.ignored.length > 0 ? `Not used: ${shortList(map.ignored)}.` : "",
    map.absent.length > 0 ? `Not there, missing or worked out: ${map.absent.join(", ")}.` : "",
  ].filter(Boolean);
  const head = `${table} (${kind}): ${counts.rows} rows, ${counts.accepted} to score.`;
  return [head, ...text, ...notes].join("\n");
}

/** The first of many, those with a remark before the others. */
function shortList(columns: readonly string[]): string {
  const isRemarked = (column: string) => column.includes("(");
  const sorted = [...columns].sort((a, b) => Number(isRemarked(b)) - Number(isRemarked(a)));
  const rest = sorted.length - 12;
  return sorted.slice(0, 12).map(clipped).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
