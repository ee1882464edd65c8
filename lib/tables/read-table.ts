import { fileSha256 } from "../run/provenance.ts";
import { openTable } from "./open-table.ts";
import { type ReadOptions, readRows, type ReadTable, unusable } from "./source-rows.ts";
import type { LabelledSources, Sources } from "./sources.ts";

export { implausible, type ReadOptions, type ReadTable, type Reject } from "./source-rows.ts";

/**
 * Reads a table of any kind that `openTable` knows as sources; see {@link readRows}.
 *
 * @throws TableError for a file that cannot be read, and as {@link readRows}.
 */
export async function readTable(path: string, options: ReadOptions): Promise<ReadTable> {
  return readRows(path, await openTable(path, options.encoding), options);
}

/**
 * A table of one's own to learn from: names, classes, positions and features. No row may be bad.
 *
 * @throws TableError with all complaints at once.
 */
export async function readLabelledTable(path: string): Promise<LabelledSources> {
  const complaints: string[] = [];
  const { batches } = await readTable(path, {
    features: [],
    labelled: true,
    onReject: ({ row, column, value, problem }) =>
      complaints.push(`row ${row}${column && `, ${column} = "${value}"`}: ${problem}`),
  });
  const parts = await Array.fromAsync(batches);
  const names = parts.flatMap(({ names }) => names);
  complaints.push(...repeated(names));
  if (complaints.length > 0) throw unusable(path, complaints);
  const [first] = parts, matrix = first.matrix;
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
    matrix: { ...matrix, values: join((part) => part.matrix.values), nRows: names.length },
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels!])),
    catalogues: parts.flatMap(({ catalogues }) => catalogues ?? []),
  };
}

function repeated(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.flatMap((name, row) => {
    const first = seen.get(name);
    if (first !== undefined) return [`rows ${first} and ${row + 1} have the same name "${name}"`];
    seen.set(name, row + 1);
    return [];
  });
}
