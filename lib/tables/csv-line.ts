/** A value of a cell; null when missing. */
export type CsvCell = string | number | boolean | null;

/**
 * One line of CSV with its line feed, quoted as RFC 4180 asks; null and NaN are empty. A text that
 * a spreadsheet would take for a formula gets an apostrophe before it, which our reader takes away.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return cells.map(csvCell).join(",") + "\n";
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
