import { type ArchiveTable, TableBuilder } from "./archive-table.ts";
import { type CdsColumn, describeCds, fortranNumber } from "./cds-description.ts";
import { TableError } from "./table-error.ts";

/**
 * Reads a fixed-width file by the ReadMe that describes it, as astropy's `ascii.cds` does. A cell
 * of nothing but blanks is missing, whether the description allows for it or not, and so is the
 * text that the description gives for it.
 *
 * @throws TableError naming line and column of what is no number; for a line that is too long or
 * breaks off, and for another number of lines than the file summary states.
 */
export function readCds(content: Uint8Array, readMe: string, file: string): ArchiveTable {
  const { columns, lineBytes, rows } = describeCds(readMe, file);
  const builder = new TableBuilder(columns);
  const lastByte = Math.max(...columns.map(({ bytes }) => bytes[1]));
  const decoder = new TextDecoder();
  for (let start = 0, number = 1; start < content.length; number++) {
    const at = content.indexOf(10, start), next = at < 0 ? content.length : at + 1;
    let end = at < 0 ? content.length : at;
    if (content[end - 1] === 13) end--;
    const line = content.subarray(start, end);
    start = next;
    if (line.length === 0 && start >= content.length) break;
    // blanks at the end may have been trimmed: what must not be missing tells
    if (line.length > Math.max(lastByte, lineBytes ?? 0)) {
      throw new TableError(
        "format",
        `line ${number} of ${file} has ${line.length} bytes, expected ${lineBytes ?? lastByte}`,
      );
    }
    builder.add(columns.map((column) => {
      const text = decoder.decode(line.subarray(column.bytes[0] - 1, column.bytes[1])).trim();
      return toCell(text, column, () => `line ${number} of ${file}`);
    }));
  }
  if (rows !== undefined && builder.rows !== rows) {
    throw new TableError("format", `${file} has ${builder.rows} lines, its ReadMe says ${rows}`);
  }
  return builder.finish();
}

function toCell(text: string, column: CdsColumn, where: () => string): number | string | undefined {
  if (text === "" || text === column.null) return undefined;
  if (column.null === "-" && /^-+$/.test(text)) return undefined;
  if (column.datatype === "char") return text;
  const value = Number(fortranNumber(text));
  const isNull = column.null !== undefined && column.null !== "" && value === Number(column.null);
  if (isNull || /^nan$/i.test(text)) return undefined;
  if (Number.isNaN(value)) {
    throw new TableError(
      "format",
      `${where()}: ${column.name} (bytes ${column.bytes.join("-")}) has "${text}", expected a ` +
        "number; is it the file that the ReadMe describes?",
    );
  }
  return value;
}
