import type { Cell } from "../scoring/scored-batch.ts";

/** One line of CSV with its line feed, quoted as RFC 4180 asks; null and NaN are empty. */
export function csvLine(cells: readonly Cell[]): string {
  return cells.map(csvCell).join(",") + "\n";
}

function csvCell(cell: Cell): string {
  if (cell === null || Number.isNaN(cell)) return "";
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
