import sax from "sax";
import { openCells } from "./cell-tables.ts";
import type { OpenTable } from "./open-table.ts";
import { cannotRead, malformed } from "./table-error.ts";

/** A table while its tags are read. */
interface HtmlTable {
  title: string;
  readonly rows: string[][];
  /** Cells that reach into the next rows, by their place. */
  readonly hanging: Map<number, { readonly text: string; rows: number }>;
}

/** A cell and how many places and rows it takes. */
interface HtmlCell {
  text: string;
  readonly columns: number;
  readonly rows: number;
}

/** What a cell may span: browsers stop here, too. */
const MOST_SPAN = 1000, MOST_COLUMNS = 10_000;
/** Tags whose text is none of a table's. */
const SILENT = new Set(["SCRIPT", "STYLE", "HEAD", "TEMPLATE"]);

/**
 * Opens the table of a page: what a browser would show in its cells, superscripts behind `^`,
 * subscripts behind `_`. Of several the one with positions, or the one that is `wanted`.
 *
 * @throws TableError naming the file and the tables there are.
 */
export async function openHtml(name: string, html: string, wanted?: string): Promise<OpenTable> {
  const tables = tablesOf(html).filter(({ rows }) => rows.length > 1 && rows[0].length > 1);
  if (tables.length === 0) {
    throw cannotRead(
      name,
      "it is a page without a table of several columns and rows; fetch the table itself, as " +
        "VOTable or CSV",
    );
  }
  return await openCells(name, tables, {
    kind: "HTML table",
    wanted,
    headRows: 2,
    comments: ({ title }) => title === "" ? [] : [title],
  });
}

/** All tables of a page, those within others too, in the order in which they begin. */
function tablesOf(html: string): HtmlTable[] {
  const parser = sax.parser(false, { trim: false, position: false });
  const found: HtmlTable[] = [],
    open: { table: HtmlTable; row?: HtmlCell[]; cell?: HtmlCell }[] = [];
  let silent = 0, isCaption = false;
  const add = (text: string) => {
    const current = open.at(-1);
    if (silent > 0 || !current) return;
    if (isCaption) current.table.title += text;
    else if (current.cell) current.cell.text += text;
  };
  const endRow = () => {
    const current = open.at(-1);
    if (!current?.row) return;
    addRow(current.table, current.row);
    current.row = current.cell = undefined;
  };
  parser.onopentag = (
    { name, attributes }: { name: string; attributes: Record<string, string> },
  ) => {
    if (SILENT.has(name)) silent++;
    const current = open.at(-1);
    if (name === "TABLE") {
      const table: HtmlTable = { title: "", rows: [], hanging: new Map() };
      found.push(table);
      open.push({ table });
    } else if (name === "CAPTION") isCaption = true;
    else if (!current) return;
    else if (name === "TR") {
      endRow();
      current.row = [];
    } else if (name === "TH" || name === "TD") {
      isCaption = false;
      const span = (text = "1") => Math.min(Math.max(1, Math.floor(Number(text)) || 1), MOST_SPAN);
      const { COLSPAN, ROWSPAN } = attributes;
      current.cell = { text: "", columns: span(COLSPAN), rows: span(ROWSPAN) };
      (current.row ??= []).push(current.cell);
    } else if (name === "BR" || name === "P" || name === "DIV") add(" ");
    else if (name === "SUP") add("^");
    else if (name === "SUB") add("_");
  };
  parser.onclosetag = (name: string) => {
    if (SILENT.has(name)) silent--;
    else if (name === "CAPTION") isCaption = false;
    else if (name === "TD" || name === "TH") {
      const current = open.at(-1);
      if (current) current.cell = undefined;
    } else if (name === "TR") endRow();
    else if (name === "TABLE") {
      endRow();
      open.pop();
    }
  };
  parser.ontext = parser.oncdata = add;
  // browsers mend what is malformed, and so does this parser when it is told to go on
  parser.onerror = () => parser.resume();
  parser.write(html).close();
  return found.map(squared);
}

/** Adds a row; cells of the rows above that hang into it take their places. */
function addRow({ rows, hanging }: HtmlTable, cells: readonly HtmlCell[]): void {
  const row: string[] = [];
  const fill = () => {
    for (let from = hanging.get(row.length); from; from = hanging.get(row.length)) {
      if (--from.rows === 0) hanging.delete(row.length);
      row.push(from.text);
    }
  };
  for (const cell of cells) {
    fill();
    const text = cell.text.replace(/[\s\u00a0]+/g, " ").trim();
    if (row.length + cell.columns > MOST_COLUMNS) {
      throw malformed(`a row of its table has more than ${MOST_COLUMNS} cells; is it a table?`);
    }
    for (let i = 0; i < cell.columns; i++) {
      if (cell.rows > 1) hanging.set(row.length, { text, rows: cell.rows - 1 });
      row.push(text);
    }
  }
  fill();
  if (row.length > 0) rows.push(row);
}

/** A table whose rows are as long as most, where only last cells are left out. */
function squared(table: HtmlTable): HtmlTable {
  const most = table.rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const rows = table.rows.map((row) =>
    row.length === most ? row : [...row, ...Array<string>(most - row.length).fill("")]
  );
  return { ...table, title: table.title.replace(/\s+/g, " ").trim(), rows };
}
