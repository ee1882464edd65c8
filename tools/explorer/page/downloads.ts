import {
  type CsvCell,
  csvLine,
  type OutputColumn,
  VOTABLE_TAIL,
  votableHead,
  votableRow,
} from "@csc-classify/vo-tables/browser";
import type { Catalogue } from "./catalogue.ts";

const PIECE_ROWS = 20_000;

const SIMULATED: OutputColumn = {
  name: "simulated",
  type: "boolean",
  unit: "",
  ucd: "meta.code",
  description: "whether the source is invented",
};

/** The columns of a download: all that the scored file has, and whether sources are invented. */
function columnsOf({ columns, simulated }: Catalogue): readonly OutputColumn[] {
  const says = columns.some(({ name }) => name === SIMULATED.name);
  return simulated && !says ? [...columns, SIMULATED] : columns;
}

/** Rows as CSV, in pieces. */
export function* toCsv(catalogue: Catalogue, rows: Uint32Array): Generator<string> {
  yield csvLine(columnsOf(catalogue).map(({ name }) => name));
  yield* pieces(catalogue, rows, csvLine);
}

/** Rows as a VOTable 1.4 (TABLEDATA), in pieces; `selection` says in words what was asked for. */
export function* toVotable(
  catalogue: Catalogue,
  rows: Uint32Array,
  selection: string,
): Generator<string> {
  const { title, description, simulated, provenance } = catalogue;
  yield votableHead(columnsOf(catalogue), {
    title,
    description,
    simulated,
    provenance: { ...provenance, selection },
  });
  yield "<DATA>\n<TABLEDATA>\n";
  yield* pieces(catalogue, rows, votableRow);
  yield "</TABLEDATA>\n</DATA>\n" + VOTABLE_TAIL;
}

function* pieces(
  catalogue: Catalogue,
  rows: Uint32Array,
  toText: (cells: readonly CsvCell[]) => string,
): Generator<string> {
  const columns = columnsOf(catalogue);
  const cell = (row: number, column: OutputColumn) =>
    column === SIMULATED ? true : catalogue.cell(row, column);
  for (let start = 0; start < rows.length; start += PIECE_ROWS) {
    let text = "";
    for (const row of rows.subarray(start, start + PIECE_ROWS)) {
      text += toText(columns.map((column) => cell(row, column)));
    }
    yield text;
  }
}

/** Has the browser save text as a file. */
export function save(name: string, type: string, text: Iterable<string>): void {
  const url = URL.createObjectURL(new Blob([...text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
