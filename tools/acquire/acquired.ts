import pl from "nodejs-polars";
import { outFolder } from "#lib/run/files.ts";
import { fileSha256 } from "#lib/run/provenance.ts";
import { CARRIED } from "#lib/tables/column-map.ts";
import { fromFrame, type Sources } from "#lib/tables/sources.ts";

/** What `acquired.json` says of the tables beside it. */
export interface AcquiredNote {
  readonly release: "2.0" | "2.1";
  /** The part of the sky asked for; absent for all of it. */
  readonly area?: string;
  /** Whether the answers were written by hand: no real objects. */
  readonly invented: boolean;
  /** Rows of `catalogue.parquet`, those that pass Table 1, and rows of `training.parquet`. */
  readonly sources: number;
  readonly selected: number;
  readonly labelled: number;
  /** The catalogue's flux that `flux_b` and the other bands were taken from. */
  readonly flux: string;
  /** What was not as expected, a sentence each. */
  readonly problems: readonly string[];
}

/** An acquisition: `<out>/acquired/<release>[-<area>]/`. */
export interface Acquired extends AcquiredNote {
  readonly folder: string;
  /** Every source, flagged ones too: features, flags, `selected` (Table 1), class where known. */
  readonly catalogue: string;
  /** The selected sources with a class: what the tasks take as `--data`. */
  readonly training: string;
}

/**
 * Finished acquisitions, best first: real before invented, the whole sky before an area, the later
 * release, the larger number of sources.
 */
export async function listAcquired(folder = `${outFolder()}/acquired`): Promise<Acquired[]> {
  const found: Acquired[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const here = `${folder}/${name}`;
      const text = await Deno.readTextFile(`${here}/acquired.json`).catch(() => undefined);
      if (text === undefined) continue; // unfinished, or none of ours
      const tables = {
        catalogue: `${here}/catalogue.parquet`,
        training: `${here}/training.parquet`,
      };
      found.push({ ...JSON.parse(text) as AcquiredNote, folder: here, ...tables });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
  const rank = (
    one: Acquired,
  ) => [one.invented ? 1 : 0, one.area ? 1 : 0, -one.release, -one.sources];
  return found.sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    const i = first.findIndex((value, k) => value !== second[k]);
    return i < 0 ? (a.folder < b.folder ? -1 : 1) : first[i] - second[i];
  });
}

/**
 * The sources of the best acquisition there is (see {@link listAcquired}), flagged ones included:
 * columns of FEATURES, then the CSC's own, the flags (0, 1) and `selected`; a label is -1 where no
 * catalogue identifies the source. Flags, `release` and `label_name` are extras too, so that they
 * go into every product. Undefined where nothing was acquired.
 */
export async function acquiredSources(folder?: string): Promise<Sources | undefined> {
  const [best] = await listAcquired(folder);
  if (!best) return undefined;
  const { release, area, invented, catalogue } = best;
  const frame = pl.readParquet(catalogue);
  const own = ["name", "class", "catalogue"];
  const kept = frame.getColumns().filter(({ dtype, name }) =>
    own.includes(name) || !/Utf8|String/.test(String(dtype))
  );
  const sources = fromFrame(pl.DataFrame(kept), {
    kind: "acquired",
    description: `${invented ? "INVENTED (answers written by hand): " : ""}` +
      `${frame.height} sources of the Chandra Source Catalog ${release}` +
      (area ? `, ${area}` : ""),
    sha256: await fileSha256(catalogue),
    release,
  });
  const extras = CARRIED.filter(({ name }) => frame.columns.includes(name)).map(({ name }) =>
    [name, frame.getColumn(name).toArray() as (string | boolean | null)[]] as const
  );
  return { ...sources, extras: Object.fromEntries(extras) };
}
