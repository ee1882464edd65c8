import { quantileSorted } from "simple-statistics";
import { FEATURES } from "../catalogue/features.ts";
import { type Matrix, takeColumns } from "../catalogue/matrix.ts";
import { fromGalactic } from "../sky/positions.ts";
import { skyCells } from "../sky/sky-cells.ts";

/** Ways in which a source may be unlike every labelled one. */
export interface Unlike {
  /** Fainter or brighter than all but 1 per cent of the training sources. */
  readonly brightness: boolean;
  /** Measured by a combination of surveys that fewer than five training sources have. */
  readonly missingness: boolean;
  /** In a part of the sky (5 degree cells) without a training source. */
  readonly sky: boolean;
}

/** What {@link unlikeTraining} compares with. */
export interface TrainingDomain {
  /** log10 of the 0.5-7 keV flux, erg/cm2/s. */
  readonly brightness: readonly [low: number, high: number];
  /** Training sources by combination of surveys. */
  readonly combinations: ReadonlyMap<number, number>;
  readonly cells: ReadonlySet<number>;
}

const SURVEYS = ["X-ray flux", "Gaia", "GALEX", "SDSS", "WISE", "MIPS", "2MASS"] as const;
const MEMBERS = SURVEYS.map((survey) =>
  FEATURES.filter(({ group }) => group === survey).map(({ name }) => name)
);
const CELL_DEG = 5;
const LEAST_COMPANY = 5;

/** The domain of a training matrix: physical columns {@link FEATURES}, in any order. */
export function trainingDomain(matrix: Matrix): TrainingDomain {
  const bright = logFlux(matrix).filter((value) => isFinite(value)).sort();
  const combinations = new Map<number, number>();
  for (const combination of surveysOf(matrix)) {
    combinations.set(combination, (combinations.get(combination) ?? 0) + 1);
  }
  return {
    brightness: [quantileSorted([...bright], 0.005), quantileSorted([...bright], 0.995)],
    combinations,
    cells: new Set(cellsOf(matrix)),
  };
}

/** In what each row of `matrix` is unlike the training sources; a missing flux is no difference. */
export function unlikeTraining(matrix: Matrix, domain: TrainingDomain): Unlike[] {
  const flux = logFlux(matrix), surveys = surveysOf(matrix), cells = cellsOf(matrix);
  const [low, high] = domain.brightness;
  return Array.from(flux, (value, row) => ({
    brightness: value < low || value > high,
    missingness: (domain.combinations.get(surveys[row]) ?? 0) < LEAST_COMPANY,
    sky: !domain.cells.has(cells[row]),
  }));
}

function logFlux(matrix: Matrix): Float64Array {
  return takeColumns(matrix, ["flux_b"]).values.map((flux) => flux > 0 ? Math.log10(flux) : NaN);
}

/** One bit a survey: set where any of its bands has a value. */
function surveysOf(matrix: Matrix): Int32Array {
  const bits = new Int32Array(matrix.nRows);
  MEMBERS.forEach((names, survey) => {
    const { values } = takeColumns(matrix, names);
    values.forEach((value, i) => {
      if (!Number.isNaN(value)) bits[Math.floor(i / names.length)] |= 1 << survey;
    });
  });
  return bits;
}

function cellsOf(matrix: Matrix): Int32Array {
  const { values } = takeColumns(matrix, ["gal_l", "gal_b"]);
  const places = Array.from(
    { length: matrix.nRows },
    (_, row) => fromGalactic(values[2 * row], values[2 * row + 1]),
  );
  return skyCells(places.map(({ ra }) => ra), places.map(({ dec }) => dec), CELL_DEG);
}
