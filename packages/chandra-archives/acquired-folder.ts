import { promises as fs } from "node:fs";
import { CARRIED, type SourceClass, type Sources } from "@csc-classify/chandra-sources";
import { fromFrame } from "@csc-classify/chandra-sources/files";
import { fileSha256, hasCode, readRegularText } from "@csc-classify/safe-files";
import pl from "nodejs-polars";
import type { AcquireOptions } from "./acquire.ts";
import type { Choice } from "./counterparts.ts";
import type { LeftOut } from "./outages.ts";

/** The form of `acquired.json`; that of earlier versions had no number. */
export const ACQUIRED_FORMAT = 2;

/** What was asked for, so that a later run may ask for the same. */
export type Asked = Pick<AcquireOptions, "release" | "area" | "limit" | "ned" | "counterpart"> & {
  /** The user's own list of labels, and the class of all its rows where that was given. */
  readonly labels?: { readonly path: string; readonly of?: SourceClass };
};

/** How much depends on the rule by which counterparts are chosen. */
export interface ChangedChoices {
  readonly rule: Choice;
  readonly other: Choice;
  /** Sources to which the other rule gives another entry of a survey, or none, by survey. */
  readonly bySurvey: Readonly<Record<string, number>>;
  /** Sources of which it changes the counterpart in any survey. */
  readonly sources: number;
  /** Those of them that get another class by it; absent where nothing was classified. */
  readonly classes?: number;
}

/** What `acquired.json` says of the tables beside it. */
export interface AcquiredNote {
  readonly format?: number;
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
  /** Whether every service gave what it was asked for; absent in earlier formats. */
  readonly complete?: boolean;
  /** What services that failed were to give. */
  readonly leftOut?: readonly LeftOut[];
  readonly asked?: Asked;
  /** What the other rule of choosing counterparts would change; absent in earlier notes. */
  readonly choices?: ChangedChoices;
  /** SHA-256 of each table by its name; absent in earlier notes. */
  readonly tables?: Readonly<Record<string, string>>;
}

/** An acquisition in a folder of its own, `<release>[-<area>]/`. */
interface Acquired extends AcquiredNote {
  readonly folder: string;
  /** Every source, flagged ones too: features, flags, `selected` (Table 1), class where known. */
  readonly catalogue: string;
  /** The selected sources with a class: what the tasks take as `--data`. */
  readonly training: string;
}

/**
 * Finished acquisitions in a folder, best first: real before invented, the whole sky before an area,
 * the later release, the larger number of sources.
 *
 * @throws RangeError for one whose note cannot be read, see {@link readNote}.
 */
export async function acquisitionsIn(folder: string): Promise<Acquired[]> {
  const names = await fs.readdir(folder).catch((error) => {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
    throw error;
  });
  const found: Acquired[] = [];
  for (const name of names) {
    const here = `${folder}/${name}`;
    const note = await readNote(`${here}/acquired.json`);
    if (!note) continue; // unfinished, or none of ours
    const tables = {
      catalogue: `${here}/catalogue.parquet`,
      training: `${here}/training.parquet`,
    };
    found.push({ ...note, folder: here, ...tables });
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
 * A note of an acquisition; undefined where there is none.
 *
 * @throws RangeError for one of a later format, or that is no JSON.
 */
export async function readNote(path: string): Promise<AcquiredNote | undefined> {
  const text = await readRegularText(path);
  if (text === undefined) return undefined;
  let note: AcquiredNote;
  try {
    note = JSON.parse(text);
    if (typeof note?.release !== "string") throw new SyntaxError("it names no release");
    if (note.asked !== undefined) checkAsked(note.asked);
  } catch (error) {
    throw new RangeError(`${path} is damaged (${(error as Error).message}): acquire it again`);
  }
  const { format = 1 } = note;
  if (format <= ACQUIRED_FORMAT) return note;
  throw new RangeError(
    `${path} has format ${format}; this version reads up to ${ACQUIRED_FORMAT}: update, or acquire ` +
      "it again",
  );
}

/** @throws SyntaxError saying what of a question cannot be asked again. */
function checkAsked(asked: Asked): void {
  const { release, area, limit, labels } = asked ?? {};
  const isPlace = (cone: { ra: number; dec: number; radius: number }) =>
    cone?.ra >= 0 && cone.ra <= 360 && Math.abs(cone.dec) <= 90 && cone.radius > 0;
  if (release !== "2.0" && release !== "2.1") throw new SyntaxError("it asks for no release");
  if (area !== undefined && !(Array.isArray(area?.cones) && area.cones.every(isPlace))) {
    throw new SyntaxError("its area is none");
  }
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new SyntaxError("its limit is no number of sources");
  }
  if (labels !== undefined && typeof labels?.path !== "string") {
    throw new SyntaxError("its labels name no table");
  }
}

/**
 * The sources of the best acquisition in a folder (see {@link acquisitionsIn}), flagged ones included:
 * columns of FEATURES, then the CSC's own, the flags (0, 1) and `selected`; a label is -1 where no
 * catalogue identifies the source. Flags, `release` and `label_name` are extras too, so that they
 * go into every product. Undefined where nothing was acquired.
 */
export async function acquiredSources(folder: string): Promise<Sources | undefined> {
  const [best] = await acquisitionsIn(folder);
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
    [name, frame.getColumn(name).toArray() as (string | boolean | number | null)[]] as const
  );
  return { ...sources, extras: Object.fromEntries(extras) };
}
