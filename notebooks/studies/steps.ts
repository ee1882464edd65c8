import { FEATURE_NAMES } from "@csc-classify/chandra-sources";
import { PAPER_PIPELINES } from "#lib/models/paper-pipelines.ts";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import { FEATURE_SETS, LUMINOSITY_ERROR } from "#lib/tables/added-features.ts";
import { BETTER_PIPELINE, REGULARISED } from "#lib/trust/better-pipeline.ts";

/** A pipeline with the words a table shows it under. */
interface NamedPipeline {
  readonly title: string;
  readonly spec: PipelineSpec;
}

function regularised(features: readonly string[]): PipelineSpec {
  return { ...BETTER_PIPELINE, parameters: REGULARISED, features };
}

function setNames(...ids: readonly string[]): string[] {
  return FEATURE_SETS.filter(({ id }) => ids.includes(id)).flatMap(({ names }) => names)
    .filter((name) => name !== LUMINOSITY_ERROR);
}

const SHAPES = setNames("hardness", "flux-ratios", "colours");
/** The paper's features without Galactic longitude and latitude. */
const UNPLACED = FEATURE_NAMES.filter((name) => BETTER_PIPELINE.features.includes(name));
const PLACED = [...UNPLACED, ...SHAPES, ...setNames("galactic")];
const IN_GALAXIES = [...PLACED, ...setNames("galaxies")];
const IN_CLUSTERS = [...IN_GALAXIES, ...setNames("clusters", "star-formation")];

/** The report's steps from the paper's pipeline to the better one; each contains the last. */
export const STEPS: readonly NamedPipeline[] = [
  { title: "the paper's LightGBM", spec: PAPER_PIPELINES.lightgbm },
  {
    title: "bounded class weights",
    spec: { ...PAPER_PIPELINES.lightgbm, classWeight: BETTER_PIPELINE.classWeight },
  },
  { title: "+ regularisation", spec: regularised(FEATURE_NAMES) },
  {
    title: "+ hardness, flux ratios, more colours",
    spec: regularised([...FEATURE_NAMES, ...SHAPES]),
  },
  { title: "Galactic structure for l and b", spec: regularised(PLACED) },
  { title: "+ nearby galaxies", spec: regularised(IN_GALAXIES) },
  { title: "+ clusters, star formation", spec: regularised(IN_CLUSTERS) },
  { title: "+ significance, availability", spec: regularised(BETTER_PIPELINE.features) },
  { title: "+ random splits", spec: BETTER_PIPELINE },
];

/** A candidate of the nested choice. */
interface Candidate extends NamedPipeline {
  /** Whether it learns from nuclei behind the plane too, see `absorbedCopies`. */
  readonly absorbed?: boolean;
}

/** What the nested choice chooses from: features, regularisation, class weights, copies. */
export const CANDIDATES: Readonly<Record<string, Candidate>> = {
  paper: STEPS[0],
  regularised: {
    title: "added features, regularised",
    spec: regularised(BETTER_PIPELINE.features),
  },
  "random-splits": { title: "added features, random splits", spec: BETTER_PIPELINE },
  absorbed: {
    title: "the same, with nuclei behind the plane",
    spec: BETTER_PIPELINE,
    absorbed: true,
  },
};
