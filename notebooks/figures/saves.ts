import { outFolder, writeJson } from "#lib/run/files.ts";
import type { SourceClass } from "#lib/catalogue/classes.ts";
import type { Spread } from "#lib/validation/metrics.ts";
import type { ReliabilityBin } from "#lib/trust/calibration.ts";
import type { SetSummary } from "#lib/trust/conformal.ts";

/** Path below `out/` of what a notebook saved under a name. */
export function savedFile(name: string): string {
  return `results/${name}.json`;
}

/** Keeps plain data that a figure is drawn from. */
export async function save(name: string, data: unknown): Promise<void> {
  await writeJson(`${outFolder()}/${savedFile(name)}`, data);
}

/**
 * Reads what {@link save} kept.
 *
 * @throws Error naming the file and the task that makes it when there is none.
 */
export async function load<T>(name: string): Promise<T> {
  const path = `${outFolder()}/${savedFile(name)}`;
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new Error(`nothing in ${path}: run "deno task report" first`, { cause: error });
  });
  return JSON.parse(text) as T;
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
