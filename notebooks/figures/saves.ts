import type { SourceClass } from "#lib/catalogue/classes.ts";
import { decodeArray, encodeArray } from "#lib/models/classifier.ts";
import { outFolder, writeAtomic } from "#lib/run/files.ts";
import type { LabelledSources } from "#lib/tables/sources.ts";
import type { ReliabilityBin } from "#studies/calibration.ts";
import type { SetSummary } from "#studies/conformal-folds.ts";
import type { Advice } from "#tools/report/what-to-believe.ts";
import type { CrossValidation } from "#lib/validation/cross-validate.ts";
import type { Spread } from "#lib/validation/metrics.ts";

/** Everything that a notebook keeps for a figure or for a later notebook, by name. */
interface Saves {
  /** The labelled sources of the run. */
  readonly sources: LabelledSources;
  readonly memory: SavedMemory;
  readonly "cell-sizes": SavedCellSizes;
  readonly "feature-steps": SavedSteps;
  readonly tuning: SavedTuning;
  readonly reliability: SavedReliability;
  readonly conformal: SavedConformal;
  readonly explanation: SavedExplanation;
  readonly "what-to-believe": readonly Advice[];
  readonly "audit-fluxes": readonly SavedFlux[];
  readonly "cmp-distribution": SavedDistribution;
  readonly [predictions: `predictions-${string}`]: SavedPredictions;
}

/** A name that {@link save} takes. */
export type SaveName = keyof Saves & string;

const ARRAYS = { Float64Array, Int32Array } as const;

/** Path below `out/` of what a notebook saved under a name. */
export function savedFile(name: SaveName): string {
  return `results/${name}.json`;
}

/** Keeps plain data and typed arrays, these as `{"Float64Array": "base64 of the bytes"}`. */
export async function save<Name extends SaveName>(name: Name, data: Saves[Name]): Promise<void> {
  const text = JSON.stringify(data, (_, value) => {
    if (!ArrayBuffer.isView(value)) return value;
    return { [value.constructor.name]: encodeArray(value) };
  });
  await writeAtomic(`${outFolder()}/${savedFile(name)}`, text);
}

/**
 * Reads what {@link save} kept.
 *
 * @throws Error naming the file and the task that makes it when there is none.
 */
export async function load<Name extends SaveName>(name: Name): Promise<Saves[Name]> {
  const path = `${outFolder()}/${savedFile(name)}`;
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new Error(`nothing in ${path}: run "deno task report" first`, { cause: error });
  });
  return JSON.parse(text, (_, value) => {
    // most values are numbers: only a plain object may stand for an array
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const [key, ...others] = Object.keys(value);
    const isArray = others.length === 0 && Object.hasOwn(ARRAYS, key ?? "");
    return isArray ? new ARRAYS[key as keyof typeof ARRAYS](decodeArray(value[key])) : value;
  });
}

/** `predictions-<model>`: a cumulative cross-validation, each source predicted unseen. */
export interface SavedPredictions extends Pick<CrossValidation, "iterations"> {
  /** `[nRows]` source names. */
  readonly names: readonly string[];
  /** `[nRows]` true classes, indices into CLASSES. */
  readonly labels: Int32Array;
}

/** `cmp-distribution`: the histograms of a scored catalogue and what the catalogue was. */
export interface SavedDistribution {
  /** What was scored, in words. */
  readonly catalogue: string;
  readonly simulated: boolean;
  /** By class name: `[CMP_BINS]` numbers of sources over CMP 0 to 1. */
  readonly histograms: Readonly<Record<string, readonly number[]>>;
}

/** A row of `audit-fluxes`: a source in a panel, our column against a band of Yang et al. */
export interface SavedFlux {
  readonly label: string;
  readonly band: string;
  /** Whether the band is what the label says; else it is what the column holds. */
  readonly isLabelled: number;
  /** erg/s/cm2. */
  readonly theirs: number;
  readonly ours: number;
}

/** `memory`: F1 (per cent) of each class and model, on random and on blocked folds. */
export interface SavedMemory {
  /** What the sources are, in words. */
  readonly sources: string;
  readonly rows: readonly {
    readonly model: string;
    readonly folds: "random" | "blocked";
    readonly class: SourceClass;
    readonly f1: Spread;
  }[];
}

/** `cell-sizes`: scores (per cent) against the side of the cells that folds keep whole. */
export interface SavedCellSizes {
  /** What the sources are, in words. */
  readonly sources: string;
  readonly rows: readonly {
    readonly model: string;
    readonly sizeDeg: number;
    readonly score: "macro F1" | "weighted F1";
    readonly value: number;
  }[];
}

/** `feature-steps`: macro F1 (per cent) of each step to the better pipeline. */
export interface SavedSteps {
  /** What the sources are, in words. */
  readonly sources: string;
  readonly rows: readonly {
    readonly step: string;
    readonly folds: "random" | "blocked";
    readonly macroF1: Spread;
  }[];
}

/** `tuning`: the best inner macro F1 (per cent) after each trial of each search. */
export interface SavedTuning {
  /** What the sources are, in words. */
  readonly sources: string;
  readonly rows: readonly {
    /** Inner folds of the search: "random folds", "sky cells whole". */
    readonly inner: string;
    /** The search, one an outer fold. */
    readonly line: string;
    /** Of all trials so far, in fits of the authors' settings. */
    readonly cost: number;
    readonly best: number;
    readonly improved: boolean;
  }[];
}

/** `reliability`: reliability diagrams on blocked folds. */
export interface SavedReliability {
  /** What the sources are, in words. */
  readonly sources: string;
  readonly panels: readonly {
    /** "CMP" or a class. */
    readonly of: string;
    readonly stage: "as given" | "calibrated";
    readonly bins: readonly ReliabilityBin[];
  }[];
}

/** `conformal`: sets at one coverage, by class. */
export interface SavedConformal {
  /** What the sources are, in words. */
  readonly sources: string;
  readonly coverage: number;
  readonly rows: readonly (SetSummary & { readonly class: SourceClass })[];
}

/** `explanation`: SHAP values of the strongest features of each class. */
export interface SavedExplanation {
  /** How many of the sources are shown. */
  readonly nSources: number;
  /** What the sources are, in words. */
  readonly sources: string;
  readonly rows: readonly {
    readonly class: SourceClass;
    readonly feature: string;
    /** 1 is the strongest feature of the class. */
    readonly rank: number;
    readonly points: readonly {
      /** null where missing. */
      readonly value: number | null;
      /** Rank of the value among the points, 0 to 1; null where missing. */
      readonly level: number | null;
      readonly shap: number;
      /** Whether the source is of the class. */
      readonly own: boolean;
    }[];
  }[];
}
