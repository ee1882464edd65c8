import SCALE from "../../data/feature-scale.json" with { type: "json" };

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

/** How each published column goes back to physical units: `data/feature-scale.json`. */
export const FEATURE_SCALE: readonly FeatureScale[] = SCALE.features;
