import { CLASSES } from "../../../lib/catalogue/classes.ts";
import { type CsvCell, csvLine } from "../../../lib/tables/csv-line.ts";
import { SCORED_COLUMNS } from "../../../lib/scoring/scored-columns.ts";
import { VOTABLE_TAIL, votableHead, votableRow } from "../../../lib/scoring/votable-document.ts";
import type { Catalogue } from "./catalogue.ts";

const PIECE_ROWS = 20_000;

/** What the page holds of each source. */
const HELD = [
  "name",
  "ra",
  "dec",
  ...CLASSES.map((name) => `cmp_${name}`),
  "class",
  "cmp",
  "margin",
];

/** The columns of a download. */
const COLUMNS = SCORED_COLUMNS.filter(({ name }) => HELD.includes(name));

/** Rows as CSV, in pieces. */
export function* toCsv(catalogue: Catalogue, rows: Uint32Array): Generator<string> {
  yield csvLine(COLUMNS.map(({ name }) => name));
  yield* pieces(catalogue, rows, csvLine);
}

/** Rows as a VOTable 1.4 (TABLEDATA), in pieces; `selection` says in words what was asked for. */
export function* toVotable(
  catalogue: Catalogue,
  rows: Uint32Array,
  selection: string,
): Generator<string> {
  const { title, description, simulated, provenance } = catalogue;
  yield votableHead(COLUMNS, {
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
  for (let start = 0; start < rows.length; start += PIECE_ROWS) {
    let text = "";
    for (const row of rows.subarray(start, start + PIECE_ROWS)) {
      text += toText(cells(catalogue, row));
    }
    yield text;
  }
}

function cells(catalogue: Catalogue, row: number): CsvCell[] {
  // the page holds single precision: seven digits are all it knows
  const single = (value: number) => Number(value.toPrecision(7));
  return [
    catalogue.name(row),
    catalogue.ra[row],
    catalogue.dec[row],
    ...catalogue.probabilities.map((column) => single(column[row])),
    CLASSES[catalogue.label[row]],
    single(catalogue.cmp[row]),
    single(catalogue.margin[row]),
  ];
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
