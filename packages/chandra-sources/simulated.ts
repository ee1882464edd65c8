import { type Random, random, shuffle, takeColumns } from "@csc-classify/forests";
import { sha256 } from "@csc-classify/safe-files";
import { fromGalactic } from "@csc-classify/sky";
import { CLASSES } from "./classes.ts";
import statistics from "./data/simulated-statistics.json" with { type: "json" };
import { FEATURE_NAMES, FEATURES } from "./features.ts";
import { PAPER } from "./published-numbers.ts";
import {
  ANCHORS,
  cholesky,
  type ClassStatistics,
  decodePattern,
  KNOTS,
  type SimulationStatistics,
  type SkyComponent,
  VARIABLES,
  WHOLE_NUMBERS,
} from "./simulation-statistics.ts";
import type { LabelledSources, Sources } from "./sources.ts";

/** What {@link simulateCatalogue} makes. */
interface SimulationOptions {
  readonly rows: number;
  readonly seed: number;
  /**
   * Whether the classes come in the shares of the paper's Table 4 (labelled sources) or of its
   * Table 8 (all others, as the paper identifies them). The truth is given either way.
   */
  readonly labelled: boolean;
  /** Rows of one batch; default 50,000. The rows drawn depend on it. */
  readonly batchRows?: number;
}

const STATISTICS = statistics as unknown as SimulationStatistics;
const DEFAULT_BATCH_ROWS = 50_000;
/**
 * Share of sources drawn as a class other than their label says: catalogues err, and without it the
 * smallest classes would be easier to tell than they are.
 */
const MISLABELLED = 0.01;
const NAMES = [...FEATURE_NAMES, "significance", "offset_arcsec"];
/** Column of each variable. */
const COLUMN_OF = VARIABLES.map((name) => NAMES.indexOf(name));
const GAL_L = FEATURE_NAMES.indexOf("gal_l"), GAL_B = FEATURE_NAMES.indexOf("gal_b");
/** The deviates of the source being drawn: one buffer for all, or allocation costs more. */
const NORMALS = new Float64Array(VARIABLES.length);
/** The values of the source being drawn, present or not. */
const DRAWN = new Float64Array(VARIABLES.length);
/** Variables after their anchors, with the index of the anchor or -1. */
const DRAW_ORDER = drawOrder();
const IS_WHOLE = VARIABLES.map((name) => WHOLE_NUMBERS.includes(name));
const COLOURS = FEATURES.flatMap(({ from }, column) =>
  from ? [{ column, from: from.map((name) => FEATURE_NAMES.indexOf(name)) }] : []
);

/**
 * A made-up catalogue that behaves like the real one: for a run without the network, and for tests
 * of scale. Classes, sky clusters and missing values come in fixed shares (systematic sampling);
 * values from a Gaussian copula over each class's quantiles; colours from the magnitudes drawn.
 *
 * @yields Batches of at most `batchRows` rows. Same options, same bytes.
 */
export function* simulateCatalogue(options: SimulationOptions): Generator<LabelledSources> {
  const { rows, seed, labelled, batchRows = DEFAULT_BATCH_ROWS } = options;
  const shares = CLASSES.map((name) => labelled ? PAPER.table4[name] : PAPER.table8[name].all);
  const factors = CLASSES.map((name) => cholesky(STATISTICS.classes[name].correlations));
  for (let first = 0; first < rows; first += batchRows) {
    const count = Math.min(batchRows, rows - first);
    const stream = random(seed, "simulated", labelled ? 1 : 0, first);
    const batch = drawBatch(first, count, shares, factors, stream);
    const { values } = takeColumns(batch.matrix, FEATURE_NAMES);
    const description = `${rows} simulated sources (seed ${seed}), not observed`;
    const origin = { kind: "simulated", description, sha256: sha256(values) } as const;
    yield { origin, ...batch };
  }
}

function drawBatch(
  first: number,
  rows: number,
  shares: readonly number[],
  factors: readonly Float64Array[],
  stream: Random,
): Omit<LabelledSources, "origin"> {
  const batch = {
    names: Array.from({ length: rows }, (_, i) => `SIM ${String(first + i + 1).padStart(8, "0")}`),
    labels: shuffle(Int32Array.from(systematic(shares, rows, stream)), stream),
    ra: new Float64Array(rows),
    dec: new Float64Array(rows),
    catalogues: new Array<string>(rows).fill("simulated"),
    matrix: {
      values: new Float64Array(rows * NAMES.length).fill(NaN),
      nRows: rows,
      nColumns: NAMES.length,
      names: NAMES,
    },
  };
  const drawnAs = batch.labels.map((label) =>
    stream.uniform() < MISLABELLED ? stream.integer(CLASSES.length) : label
  );
  CLASSES.forEach((name, as) => {
    const rows = [...drawnAs.keys()].filter((row) => drawnAs[row] === as);
    // planned apart, so that the strays do not disturb the shares of the class
    const own = rows.filter((row) => batch.labels[row] === as);
    const strays = rows.filter((row) => batch.labels[row] !== as);
    for (const members of [own, strays]) {
      const drawn = drawMembers(STATISTICS.classes[name], members.length, stream);
      members.forEach((row, i) =>
        drawSource(batch, row, STATISTICS.classes[name], drawn[i], factors[as], stream)
      );
    }
  });
  return batch;
}

/** Where a source lies and which variables it has. */
interface Member {
  readonly component: SkyComponent;
  readonly pattern: string;
}

/** Components and patterns of the members of a class, in the shares of the statistics. */
function drawMembers(of: ClassStatistics, count: number, stream: Random): Member[] {
  const choices = of.components.flatMap((component) =>
    component.patterns.map(([pattern, share]) => ({
      member: { component, pattern: decodePattern(of.patterns[pattern]) },
      share,
    }))
  );
  const picks = systematic(choices.map(({ share }) => share), count, stream);
  return shuffle(picks.map((pick) => choices[pick].member), stream);
}

/**
 * `count` indices in the given shares: equally spaced in the cumulated shares from one random
 * start, so that each index comes as often as its share says, to within one.
 */
function systematic(shares: readonly number[], count: number, stream: Random): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const start = stream.uniform();
  const picks: number[] = [];
  let index = 0, reached = shares[0];
  for (let i = 0; i < count; i++) {
    const at = (i + start) / count * total;
    while (at >= reached && index < shares.length - 1) reached += shares[++index];
    picks.push(index);
  }
  return picks;
}

function drawSource(
  batch: Pick<LabelledSources, "ra" | "dec" | "matrix">,
  row: number,
  of: ClassStatistics,
  { component, pattern }: Member,
  factor: Float64Array,
  stream: Random,
): void {
  const { values, nColumns } = batch.matrix;
  const start = row * nColumns, size = VARIABLES.length;
  const [l, b] = drawPosition(of, component, stream);
  values[start + GAL_L] = l;
  values[start + GAL_B] = b;
  const { ra, dec } = fromGalactic(l, b);
  batch.ra[row] = ra;
  batch.dec[row] = dec;
  for (let i = 0; i < size; i++) NORMALS[i] = stream.normal();
  for (let i = 0, at = 0; i < size; i++) {
    let score = 0;
    for (let j = 0; j <= i; j++) score += factor[at++] * NORMALS[j];
    const shift = component.shift?.[i] ?? 0;
    // what the cluster explains of the class's spread is not drawn a second time
    score = shift + score * Math.sqrt(Math.max(1 - shift * shift, 0.25));
    DRAWN[i] = interpolate(of.quantiles[i], score, IS_WHOLE[i]);
  }
  for (const { variable, anchor } of DRAW_ORDER) {
    if (anchor >= 0) DRAWN[variable] += DRAWN[anchor];
    const column = COLUMN_OF[variable];
    const isThere = column >= FEATURE_NAMES.length || pattern[variable] === "1";
    if (isThere) values[start + column] = DRAWN[variable];
  }
  for (const { column, from: [one, other] } of COLOURS) {
    values[start + column] = values[start + one] - values[start + other];
  }
}

/** Variables such that each comes after its anchor. */
function drawOrder(): { variable: number; anchor: number }[] {
  const ordered: string[] = [];
  const add = (name: string) => {
    if (ordered.includes(name)) return;
    if (ANCHORS[name]) add(ANCHORS[name]);
    ordered.push(name);
  };
  VARIABLES.forEach(add);
  return ordered.map((name) => ({
    variable: VARIABLES.indexOf(name),
    anchor: VARIABLES.indexOf(ANCHORS[name]),
  }));
}

function drawPosition(of: ClassStatistics, component: SkyComponent, stream: Random) {
  const { l, b, spread } = component;
  if (l === undefined || b === undefined || spread === undefined) {
    return [
      (interpolate(of.isolated.l, stream.normal()) + 360) % 360,
      interpolate(of.isolated.b, stream.normal()),
    ];
  }
  const x = stream.normal(), [sx, sy, rho] = spread;
  const y = rho * x + Math.sqrt(1 - rho * rho) * stream.normal();
  const latitude = Math.max(-90, Math.min(90, b + sy * y));
  return [(l + sx * x / Math.cos(b * Math.PI / 180) + 360) % 360, latitude];
}

/** Value at a normal score, linear between the knots, constant beyond the outermost. */
function interpolate(quantiles: readonly number[], score: number, whole = false): number {
  const last = KNOTS.length - 1;
  const within = Math.max(KNOTS[0], Math.min(KNOTS[last], score));
  let k = within < 0 ? 1 : last >> 1;
  while (within > KNOTS[k]) k++;
  const share = (within - KNOTS[k - 1]) / (KNOTS[k] - KNOTS[k - 1]);
  const value = quantiles[k - 1] + share * (quantiles[k] - quantiles[k - 1]);
  return whole ? Math.round(value) : value;
}

/**
 * Simulated unidentified sources in batches, in the class shares of the paper's Table 8: for tests
 * of size, and for machines that reach no catalogue. Their true classes are left out.
 */
export function* simulatedSources(rows: number, seed: number): Generator<Sources> {
  for (const batch of simulateCatalogue({ rows, seed, labelled: false })) {
    yield { ...batch, labels: undefined, catalogues: undefined };
  }
}
