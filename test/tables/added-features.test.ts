import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { FEATURE_NAMES } from "#lib/catalogue/features.ts";
import type { Matrix } from "#lib/catalogue/matrix.ts";
import { ADDED_NAMES, withAddedFeatures } from "#lib/tables/added-features.ts";
import { fromFrame } from "#lib/tables/sources.ts";
import { BETTER_PIPELINE } from "#lib/trust/better-pipeline.ts";
import { CANDIDATES, STEPS } from "#studies/steps.ts";

/** The added columns of sources that have the given values and nothing else. */
function added(rows: Record<string, number | string>[], without: readonly string[] = []): Matrix {
  const names = [...FEATURE_NAMES, "ra", "dec", "significance", "observed_gaia", "name"]
    .filter((name) => !without.includes(name));
  const frame = pl.DataFrame(Object.fromEntries(
    names.map((name) => [name, rows.map((row) => row[name] ?? null)]),
  ));
  const origin = { kind: "table", description: "sources", sha256: "" } as const;
  return withAddedFeatures(fromFrame(frame, origin)).matrix;
}

const M101 = { ra: 210.85, dec: 54.36, gal_l: 102.04, gal_b: 59.77, flux_b: 1e-14, flux_s: 2e-15 };
const FIELD = {
  ra: 150,
  dec: 2,
  gal_l: 236.5,
  gal_b: 41.8,
  flux_b: 1e-14,
  G: 20,
  significance: 10,
};

function value(matrix: Matrix, row: number, name: string) {
  const column = matrix.names.indexOf(name);
  assert.ok(column >= 0, name);
  return matrix.values[row * matrix.nColumns + column];
}

Deno.test("added columns of two sources are those worked out by hand", () => {
  const matrix = added([{ ...M101, flux_h: 6e-15 }, FIELD]);
  assert.ok(Math.abs(value(matrix, 0, "hr_hs") - 0.5) < 1e-12);
  assert.equal(value(matrix, 0, "galaxy_in"), 1);
  assert.equal(value(matrix, 0, "galaxy_type"), 6);
  assert.ok(Math.abs(value(matrix, 0, "galaxy_log_lx") - 37.73) < 0.02); // 6.7 Mpc
  assert.equal(value(matrix, 1, "galaxy_in"), 0);
  assert.ok(Math.abs(value(matrix, 1, "log_x_G") - (-14 + 8)) < 1e-12);
  assert.equal(value(matrix, 1, "log_significance"), 1);
  assert.equal(value(matrix, 1, "n_Gaia"), 1);
});

Deno.test("the columns of a source do not depend on other sources", () => {
  const alone = added([FIELD]);
  const among = added([M101, FIELD]);
  assert.deepEqual(among.values.subarray(among.nColumns), alone.values);
});

Deno.test("missing inputs give missing values, and what is left works without significance", () => {
  const matrix = added([{ gal_l: 0, gal_b: 5 }], ["significance"]);
  assert.ok(Number.isNaN(value(matrix, 0, "log_significance")));
  assert.ok(Number.isNaN(value(matrix, 0, "hr_hs")));
  assert.ok(Number.isNaN(value(matrix, 0, "galaxy_offset")));
  assert.equal(value(matrix, 0, "n_all"), 2);
});

Deno.test("a survey looked where it measured anything, else where the table says so", () => {
  const matrix = added([
    { Rp: 15, observed_gaia: 0 },
    { observed_gaia: 0 },
    { observed_gaia: 1 },
    {},
  ]);
  assert.deepEqual([0, 1, 2, 3].map((row) => value(matrix, row, "covered_Gaia")), [1, 0, 1, NaN]);
});

Deno.test("dust thickens towards the plane and the centre", () => {
  const matrix = added([
    { gal_l: 0, gal_b: 0 },
    { gal_l: 180, gal_b: 0 },
    { gal_l: 180, gal_b: 60 },
  ]);
  const [centre, anticentre, high] = [0, 1, 2].map((row) => value(matrix, row, "log_dust"));
  assert.ok(centre > anticentre && anticentre > high);
  // towards the pole an exponential disc has its scale height: 0.12 kpc / sin 60
  assert.ok(Math.abs(high - Math.log10(0.12 / Math.sin(Math.PI / 3))) < 0.05);
});

Deno.test("every pipeline reads columns that the matrix has, and the better one no raw position", () => {
  const known = new Set([...FEATURE_NAMES, ...ADDED_NAMES]);
  for (const { spec, title } of [...STEPS, ...Object.values(CANDIDATES)]) {
    for (const name of spec.features) assert.ok(known.has(name), `${title}: ${name}`);
  }
  assert.equal(BETTER_PIPELINE.features.includes("gal_l"), false);
  assert.equal(BETTER_PIPELINE.features.includes("gal_b"), false);
  for (const name of ADDED_NAMES) assert.match(name, /^\w+$/);
});
