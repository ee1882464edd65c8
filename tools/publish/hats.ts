import { Buffer } from "node:buffer";
import { makeVector, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import pl from "nodejs-polars";
import {
  readRegularText,
  replaceFile,
  writeAtomic,
  type WrittenFiles,
} from "@csc-classify/safe-files";
import {
  healpix29,
  INDEX_ORDER,
  type Part,
  partition,
  type Pixel,
} from "@csc-classify/sky/healpix";
import { polarsPath } from "@csc-classify/vo-tables";
import { countRows } from "@csc-classify/chandra-sources/files";

/** What a HATS dataset says of itself, besides its partitions. */
export interface HatsHead {
  /** A word: `obs_collection`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly simulated: boolean;
  readonly creator: string;
  readonly licence: string;
  /** ISO 8601. */
  readonly made: string;
}

/** Column of the spatial index that every HATS dataset is sorted by. */
export const INDEX_COLUMN = "_healpix_29";

/** Path of a partition below a dataset's folder. */
export function partPath({ order, pixel }: Pixel): string {
  const folder = 10_000 * Math.floor(pixel / 10_000);
  return `dataset/Norder=${order}/Dir=${folder}/Npix=${pixel}.parquet`;
}

/** Rows with their index as the first column, from their columns `ra` and `dec`. */
function withIndex(rows: pl.DataFrame): pl.DataFrame {
  const [ra, dec] = ["ra", "dec"].map((name) =>
    rows.getColumn(name).toArray().map((degrees) => degrees ?? NaN) as number[]
  );
  // nodejs-polars makes doubles of whole numbers; Arrow keeps all 64 bits
  const index = new Table({ [INDEX_COLUMN]: makeVector(healpix29(ra, dec)) });
  return pl.concat([pl.readIPC(Buffer.from(tableToIPC(index, "file"))), rows], {
    how: "horizontal",
  });
}

/**
 * Cuts a table into the partitions of a HATS dataset, sorted by place, rows of one place in their
 * order; {@link finishHats} makes the files beside them. The table is held in memory: what is larger
 * is for `hats-import`.
 *
 * @param rows With columns `ra` and `dec`, degrees.
 */
export async function writeParts(
  rows: pl.DataFrame,
  folder: string,
  limits: { readonly maxRows: number; readonly maxOrder: number },
): Promise<Part[]> {
  const sorted = withIndex(rows).sort({ by: INDEX_COLUMN, maintainOrder: true });
  const index = tableFromIPC(sorted.select(INDEX_COLUMN).writeIPC()).getChild(INDEX_COLUMN)!;
  const parts = partition(BigInt64Array.from(index.toArray() as BigInt64Array), limits);
  let offset = 0;
  for (const part of parts) {
    await writeParquet(sorted.slice(offset, part.rows), `${folder}/${partPath(part)}`);
    offset += part.rows;
  }
  return parts;
}

/**
 * The partitions that a HATS dataset lists in its `partition_info.csv`, counted where they lie.
 *
 * @throws RangeError naming what is missing or damaged.
 */
export async function readParts(folder: string): Promise<Part[]> {
  const list = `${folder}/partition_info.csv`;
  const text = await readRegularText(list);
  if (text === undefined) {
    throw new RangeError(`${folder} is no HATS dataset: it has no partition_info.csv`);
  }
  const [head, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(","));
  const [order, pixel] = ["Norder", "Npix"].map((name) => head.indexOf(name));
  const parts = lines.map((cells) => ({ order: cells[order], pixel: cells[pixel] }));
  const isPixel = (text: string | undefined, most: number) =>
    /^\d{1,19}$/.test(text ?? "") && Number(text) < most;
  const wrong = parts.findIndex((part) =>
    !isPixel(part.order, INDEX_ORDER + 1) || !isPixel(part.pixel, 12 * 4 ** Number(part.order))
  );
  const isTwice = new Set(parts.map((part) => JSON.stringify(part))).size < parts.length;
  if (parts.length === 0 || wrong >= 0 || isTwice) {
    const what = parts.length === 0
      ? "lists no part"
      : isTwice
      ? "lists a part twice"
      : `has a line ${wrong + 2} that is no order and pixel, "${lines[wrong].join()}"`;
    throw new RangeError(`${list} ${what}: it is damaged; partition the table again`);
  }
  return parts.map(({ order, pixel }) => {
    const place = { order: Number(order), pixel: Number(pixel) }, path = partPath(place);
    try {
      return { ...place, rows: countRows(`${folder}/${path}`) };
    } catch {
      throw new RangeError(
        `${folder}/${path} is missing or damaged, and partition_info.csv lists it; partition the ` +
          "table again",
      );
    }
  });
}

/**
 * Writes the files that make partitions a HATS dataset (https://www.ivoa.net/documents/Notes/HATS/):
 * properties, list of partitions and common schema. The same partitions give the same bytes, so
 * that two processes may do it at once.
 *
 * @param written Where it is noted, if anywhere.
 */
export async function finishHats(
  folder: string,
  parts: readonly Part[],
  { name, title, description, simulated, creator, licence, made }: HatsHead,
  written?: WrittenFiles,
): Promise<void> {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const properties = {
    obs_collection: name,
    obs_title: title,
    obs_description: description,
    simulated,
    dataproduct_type: "object",
    hats_nrows: rows,
    hats_col_ra: "ra",
    hats_col_dec: "dec",
    hats_col_healpix: INDEX_COLUMN,
    hats_col_healpix_order: INDEX_ORDER,
    hats_max_rows: Math.max(...parts.map((part) => part.rows)),
    hats_order: Math.max(...parts.map((part) => part.order)),
    hats_npix_suffix: ".parquet",
    hats_builder: "csc-classify",
    hats_creation_date: made,
    hats_release_date: made.slice(0, 10),
    hats_version: "v1.0",
    hats_creator: creator,
    hats_copyright: licence,
  };
  const lines = Object.entries(properties)
    .map(([key, value]) => `${key}=${String(value).replace(/\s+/g, " ")}`);
  for (const file of ["hats.properties", "properties"]) {
    await writeAtomic(`${folder}/${file}`, lines.join("\n") + "\n", written);
  }
  const list = parts.map(({ order, pixel }) => `${order},${pixel}`);
  await writeAtomic(
    `${folder}/partition_info.csv`,
    ["Norder,Npix", ...list].join("\n") + "\n",
    written,
  );
  const first = pl.scanParquet(`${polarsPath(folder)}/${partPath(parts[0])}`);
  await writeParquet(first.limit(0).collectSync(), `${folder}/dataset/_common_metadata`, written);
}

function writeParquet(rows: pl.DataFrame, path: string, written?: WrittenFiles): Promise<void> {
  return replaceFile(path, async (part) => {
    await rows.lazy().sinkParquet(part, { compression: "zstd", rowGroupSize: 65_536 }).collect();
  }, written);
}
