import { display } from "./kernel.ts";
import { STYLE_ELEMENT } from "./styles.ts";
import { tableHtml, type TableOptions } from "./table-html.ts";
import { type TableLike, tableRows } from "./table-rows.ts";

/**
 * Shows a table in the cell: a polars frame, a danfojs frame or an array of records. Missing
 * values (null, NaN) are dashes. Outside a kernel nothing is shown.
 *
 * @throws TypeError when `table` is none of these.
 */
export async function showTable(table: TableLike, options: TableOptions = {}): Promise<void> {
  const { nRows, columns } = tableRows(table, 0);
  const plain = `${options.caption ?? "table"} (${nRows} rows x ${columns.length} columns)`;
  await display({
    "text/html": STYLE_ELEMENT + tableHtml(table, options),
    "text/plain": plain,
  });
}
