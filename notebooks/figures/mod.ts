import type { Figure } from "./plot-kit.ts";
import { auditFluxes } from "./audit-fluxes.ts";
import { auditUnits } from "./audit-units.ts";
import { colourColour } from "./colour-colour.ts";
import { cellSizes } from "./cell-sizes.ts";
import { classMemory } from "./class-memory.ts";
import { conformalSetsFigure } from "./conformal-sets.ts";
import { featureSteps } from "./feature-steps.ts";
import { reliabilityFigure } from "./reliability.ts";
import { shapBeeswarm } from "./shap-beeswarm.ts";
import { shapDependence } from "./shap-dependence.ts";
import { figure1 } from "./figure-1.ts";
import { figure2 } from "./figure-2.ts";
import { figure3 } from "./figure-3.ts";
import { figure4 } from "./figure-4.ts";
import { figure5 } from "./figure-5.ts";
import { figure6 } from "./figure-6.ts";
import { skyTraining } from "./sky-training.ts";
import { tuningCurves } from "./tuning-curves.ts";

/** Every figure: those of the paper in its order, then our own. One line a figure. */
// deno-lint-ignore no-explicit-any -- each figure has its own kind of data
export const ALL_FIGURES: readonly Figure<any>[] = [
  figure1,
  figure2,
  figure3,
  figure4,
  figure5,
  figure6,
  skyTraining,
  colourColour,
  auditFluxes,
  auditUnits,
  classMemory,
  cellSizes,
  featureSteps,
  reliabilityFigure,
  conformalSetsFigure,
  shapBeeswarm,
  shapDependence,
  tuningCurves,
];

export { document } from "./plot-kit.ts";
export { showFigure } from "./show-figure.ts";
export * from "./audit-fluxes.ts";
export * from "./audit-units.ts";
export * from "./cell-sizes.ts";
export * from "./class-memory.ts";
export * from "./colour-colour.ts";
export * from "./conformal-sets.ts";
export * from "./feature-steps.ts";
export * from "./figure-1.ts";
export * from "./figure-2.ts";
export * from "./figure-3.ts";
export * from "./figure-4.ts";
export * from "./figure-5.ts";
export * from "./figure-6.ts";
export * from "./reliability.ts";
export * from "./saves.ts";
export * from "./shap-beeswarm.ts";
export * from "./shap-dependence.ts";
export * from "./sky-training.ts";
export * from "./tuning-curves.ts";
