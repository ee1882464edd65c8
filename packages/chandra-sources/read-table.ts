import { fileSha256 } from "@csc-classify/safe-files";
import { openTable } from "@csc-classify/vo-tables/disk";
import { type ReadOptions, readRows, type ReadTable, unusable } from "./read-rows.ts";
import type { LabelledSources, Sources } from "./sources.ts";

/**
 * Reads a table of any kind that `openTable` knows as sources; see {@link readRows}.
 *
 * @throws TableError for a file that cannot be read, and as {@link readRows}.
 */
export async function readTable(path: string, options: ReadOptions): Promise<ReadTable> {
  return await readRows(path, await openTable(path, options), options);
}

/**
 * A table of one's own to learn from: names, classes, positions and features. No row may be bad.
 *
 * @throws TableError with all complaints at once.
 */
export async function readLabelledTable(
  path: string,
  options: Pick<ReadOptions, "choices"> = {},
): Promise<LabelledSources> {
  const complaints: string[] = [];
  const { batches } = await readTable(path, {
    ...options,
    features: [],
    labelled: true,
    rows: "all",
    onReject: ({ row, column, value, problem }) =>
      complaints.push(`row ${row}${column && `, ${column} = "${value}"`}: ${problem}`),
  });
  const parts: Sources[] = [];
  for await (const batch of batches) parts.push(batch);
  const names = parts.flatMap((part) => part.names);
  const rowOf = new Map<string, number>();
  names.forEach((name, row) => {
    const first = rowOf.get(name) ?? row;
    if (first < row) {
      complaints.push(`rows ${first + 1} and ${row + 1} have the same name "${name}"`);
    }
    rowOf.set(name, first);
  });
  if (complaints.length > 0) throw unusable(path, complaints);
  const join = (of: (part: Sources) => Float64Array) =>
    Float64Array.from(parts.flatMap((part) => [...of(part)]));
  return {
    origin: {
      kind: "table",
      description: `${names.length} labelled sources of ${path}`,
      sha256: await fileSha256(path),
    },
    names,
    ra: join(({ ra }) => ra),
    dec: join(({ dec }) => dec),
    matrix: {
      ...parts[0].matrix,
      values: join(({ matrix }) => matrix.values),
      nRows: names.length,
    },
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels!])),
    catalogues: parts.flatMap(({ catalogues }) => catalogues ?? []),
  };
}
