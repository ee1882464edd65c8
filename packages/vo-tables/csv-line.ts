/** A value of a cell; null when missing. */
export type CsvCell = string | number | boolean | null;

/**
 * One line of CSV with its line feed, quoted as RFC 4180 asks; null and NaN are empty. A text that
 * a spreadsheet would take for a formula gets an apostrophe before it, which our reader takes away.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return cells.map(csvCell).join(",") + "\n";
}

/**
 * A cell to the digits that mean something: degrees to 6 decimals, 4 milliarcseconds; probabilities
 * to 5, which is what the paper's thresholds need. Parquet, Arrow and VOTable hold every digit.
 *
 * @param column Unit and UCD of the cell's column.
 */
export function printed(
  cell: CsvCell,
  { unit, ucd }: { readonly unit: string; readonly ucd: string },
): CsvCell {
  if (typeof cell !== "number" || !Number.isFinite(cell)) return cell;
  if (unit === "deg") return Number(cell.toFixed(6)) % 360; // 359.9999999 is 0
  return ucd.startsWith("stat.probability") ? Number(cell.toFixed(5)) : cell;
}

function csvCell(cell: CsvCell): string {
  if (cell === null || Number.isNaN(cell)) return "";
  const plain = String(cell);
  const text = typeof cell === "string" && /^'*[=+\-@\t\r]/.test(cell) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text that was kept from being a formula is itself again; see {@link csvLine}. */
export function restored(text: string): string {
  return /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

/** Rows of texts as lines for a reader of text, every cell in quotes. */
export async function* quotedLines(rows: readonly (readonly string[])[]): AsyncGenerator<string> {
  for (let start = 0; start < rows.length; start += 1000) {
    yield rows.slice(start, start + 1000)
      .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",") + "\n")
      .join("");
  }
}
