import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { FEATURE_NAMES } from "#lib/catalogue/features.ts";
import { ENGINEERED_NAMES, engineeredMatrix } from "#lib/trust/added-features.ts";
import { BETTER_PIPELINE, CANDIDATES, STEPS } from "#lib/trust/better-pipelines.ts";

/** A frame with all columns missing except the given ones. */
function frame(rows: Record<string, number | string>[]) {
  const names = [...FEATURE_NAMES, "ra", "dec", "significance", "class"];
  return pl.DataFrame(Object.fromEntries(
    names.map((name) => [name, rows.map((row) => row[name] ?? null)]),
  ));
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

function value(matrix: ReturnType<typeof engineeredMatrix>, row: number, name: string) {
  const column = matrix.names.indexOf(name);
  assert.ok(column >= 0, name);
  return matrix.values[row * matrix.nColumns + column];
}

Deno.test("added columns of two sources are those worked out by hand", () => {
  const matrix = engineeredMatrix(frame([{ ...M101, flux_h: 6e-15 }, FIELD]));
  assert.ok(Math.abs(value(matrix, 0, "hr_hs") - 0.5) < 1e-12);
  assert.equal(value(matrix, 0, "galaxy_in"), 1);
  assert.equal(value(matrix, 0, "galaxy_type"), 6);
  assert.ok(Math.abs(value(matrix, 0, "galaxy_log_lx") - 37.73) < 0.02); // 6.7 Mpc
  assert.equal(value(matrix, 1, "galaxy_in"), 0);
  assert.ok(Math.abs(value(matrix, 1, "log_x_G") - (-14 + 8)) < 1e-12);
  assert.equal(value(matrix, 1, "log_significance"), 1);
  assert.equal(value(matrix, 1, "n_Gaia"), 1);
});

Deno.test("the columns of a source depend neither on its class nor on other sources", () => {
  const alone = engineeredMatrix(frame([{ ...FIELD, class: "AGN" }]));
  const among = engineeredMatrix(frame([M101, { ...FIELD, class: "CV" }]));
  assert.deepEqual(among.values.subarray(among.nColumns), alone.values);
});

Deno.test("missing inputs give missing values, and what is left works without significance", () => {
  const matrix = engineeredMatrix(frame([{ gal_l: 0, gal_b: 5 }]).drop("significance"));
  assert.ok(Number.isNaN(value(matrix, 0, "log_significance")));
  assert.ok(Number.isNaN(value(matrix, 0, "hr_hs")));
  assert.ok(Number.isNaN(value(matrix, 0, "galaxy_offset")));
  assert.equal(value(matrix, 0, "n_all"), 2);
});

Deno.test("dust thickens towards the plane and the centre", () => {
  const matrix = engineeredMatrix(frame([
    { gal_l: 0, gal_b: 0 },
    { gal_l: 180, gal_b: 0 },
    { gal_l: 180, gal_b: 60 },
  ]));
  const [centre, anticentre, high] = [0, 1, 2].map((row) => value(matrix, row, "log_dust"));
  assert.ok(centre > anticentre && anticentre > high);
  // towards the pole an exponential disc has its scale height: 0.12 kpc / sin 60
  assert.ok(Math.abs(high - Math.log10(0.12 / Math.sin(Math.PI / 3))) < 0.05);
});

Deno.test("every pipeline reads columns that the matrix has, and the better one no raw position", () => {
  const known = new Set([...FEATURE_NAMES, ...ENGINEERED_NAMES]);
  for (const { spec, title } of [...STEPS, ...Object.values(CANDIDATES)]) {
    for (const name of spec.features) assert.ok(known.has(name), `${title}: ${name}`);
  }
  assert.equal(BETTER_PIPELINE.features.includes("gal_l"), false);
  assert.equal(BETTER_PIPELINE.features.includes("gal_b"), false);
  for (const name of ENGINEERED_NAMES) assert.match(name, /^\w+$/);
});
