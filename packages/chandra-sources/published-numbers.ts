import tables from "./data/paper-tables.json" with { type: "json" };
import SCALE from "./data/feature-scale.json" with { type: "json" };
import type { SourceClass } from "./classes.ts";

/** A published score: per cent, or MCC as it is; sigma over 15 iterations. */
export interface PublishedScore {
  readonly value: number;
  readonly sigma: number;
}

/** The three models of Tables 5 and 6. */
export type PaperModel = "rf" | "gbdt" | "lightgbm";

/** The per-class scores of Tables 5 and 7. */
export type ClassScore = "precision" | "recall" | "f1";

type ClassTable = Readonly<Record<SourceClass, Readonly<Record<ClassScore, PublishedScore>>>>;

/** The published numbers of Kumaran et al. 2023 (MNRAS 520, 5065), as printed. */
interface PaperTables {
  readonly source: string;
  /** Section 2.1 and 2.3: numbers of sources. */
  readonly sample: Readonly<
    Record<"catalogue" | "pointSources" | "selected" | "labelled" | "unidentified", number>
  >;
  /** Table 4: labelled sources by class. */
  readonly table4: Readonly<Record<SourceClass, number>>;
  /** Table 5: scores by model and class. */
  readonly table5: Readonly<Record<PaperModel, ClassTable>>;
  /** Table 6: weighted averages and MCC by model. */
  readonly table6: Readonly<
    Record<PaperModel, Readonly<Record<ClassScore | "mcc", PublishedScore>>>
  >;
  /** Table 7: LightGBM with all features and with the X-ray features only. */
  readonly table7: Readonly<Record<"all" | "xray", ClassTable>>;
  /** Table 8: identified sources by class: all, CMP > 0.997, CMP > 0.9999. */
  readonly table8: Readonly<
    Record<SourceClass | "total", Readonly<Record<"all" | "3sigma" | "4sigma", number>>>
  >;
  /** Section 2.2: per cent of the 277,069 sources with a counterpart. */
  readonly availability: Readonly<Record<string, number>>;
}

/** See {@link PaperTables}. */
export const PAPER: PaperTables = tables;

/** How one published column goes back to physical units: value = min + (max - min) x / 10. */
export interface FeatureScale {
  /** Name in FEATURES. */
  readonly feature: string;
  /** The authors' label of the column. */
  readonly label: string;
  /** Physical value where the published column has 0 and 10. */
  readonly min: number;
  readonly max: number;
  /** Where the scale comes from, with the numbers that support it. */
  readonly evidence: string;
}

/** How each published column goes back to physical units: `packages/chandra-sources/data/feature-scale.json`. */
export const FEATURE_SCALE: readonly FeatureScale[] = SCALE.features;
