import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { FEATURE_NAMES } from "@csc-classify/chandra-sources";
import type { Matrix } from "@csc-classify/forests";
import { RADIANS } from "@csc-classify/sky";
import {
  ADDED_NAMES,
  DUST_DISC,
  logDustColumn,
  withAddedFeatures,
} from "#lib/tables/added-features.ts";
import { fromFrame } from "@csc-classify/chandra-sources/files";
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
  assert.ok(Math.abs(value(matrix, 0, "galaxy_log_lx") - 37.762) < 0.001); // 6.95 Mpc
  assert.equal(value(matrix, 1, "galaxy_in"), 0);
  assert.ok(Math.abs(value(matrix, 1, "log_x_G") - (-14 + 8)) < 1e-12);
  assert.equal(value(matrix, 1, "log_significance"), 1);
  assert.equal(value(matrix, 1, "n_Gaia"), 1);
});

/** Fluxes are powers of ten times whole numbers and magnitudes whole, so that all can be done by hand. */
const FULL = {
  ...{ flux_b: 2e-14, flux_h: 6e-15, flux_m: 3e-15, flux_s: 2e-15, flux_u: 1e-15, flux_ned: 4e-14 },
  ...{ G: 20, r_sdss: 19, u_sdss: 26, g_sdss: 22, i_sdss: 18, z_sdss: 15, NUV: 25, FUV: 28 },
  ...{ J: 17, H: 16, Ks: 14, W1: 13, W2: 11, W3: 8, W4: 3, mips_24um: 1e-12 },
  ...{ significance: 100, ra: 150, dec: 2, gal_l: 236.5, gal_b: 41.8 },
};
const LOG2 = Math.log10(2);

Deno.test("every formula gives what is worked out by hand", () => {
  const expected = {
    // (6 - 2) / (6 + 2), (6 - 3) / (6 + 3), (3 - 2) / (3 + 2), log10(1 / 2)
    ...{ hr_hs: 0.5, hr_hm: 1 / 3, hr_ms: 0.2, log_us: -LOG2 },
    // log10(2e-14) + 0.4 m
    ...{ log_x_G: LOG2 - 14 + 8, log_x_r_sdss: LOG2 - 14 + 7.6, log_x_W1: LOG2 - 14 + 5.2 },
    ...{ log_x_J: LOG2 - 14 + 6.8, log_x_W3: LOG2 - 14 + 3.2, log_x_Ks: LOG2 - 14 + 5.6 },
    log_x_NUV: LOG2 - 14 + 10,
    // log10(6e-15) + 8, log10(2e-15) + 8, log10(2e-14 / 1e-12)
    ...{ log_h_G: Math.log10(6) - 7, log_s_G: LOG2 - 7, log_x_24um: LOG2 - 2 },
    ...{ W2_W3: 3, W3_W4: 5, H_Ks: 2, G_W1: 7, r_sdss_W1: 6, u_sdss_g_sdss: 4, g_sdss_r_sdss: 3 },
    ...{ r_sdss_i_sdss: 1, i_sdss_z_sdss: 3, NUV_G: 5, FUV_NUV: 3, G_Ks: 6, Ks_W1: 1 },
    // log10(100), log10(4e-14 / 2e-14)
    ...{ log_significance: 2, log_ned_b: LOG2 },
    ...{ n_SDSS: 5, n_Gaia: 1, n_WISE: 4, n_2MASS: 3, n_GALEX: 2, n_X_ray_flux: 6 },
  };
  const matrix = added([FULL]);
  for (const [name, number] of Object.entries(expected)) {
    assert.ok(
      Math.abs(value(matrix, 0, name) - number) < 1e-12,
      `${name}: ${value(matrix, 0, name)}`,
    );
  }
  // positions and the colours that are features, too, are among all
  const { n_all } = Object.fromEntries(ADDED_NAMES.map((name) => [name, value(matrix, 0, name)]));
  assert.equal(n_all, FEATURE_NAMES.filter((name) => !isNaN(value(matrix, 0, name))).length);
});

Deno.test("NED's flux stands in where there is none in the band, and a flux of 0 has no logarithm", () => {
  const matrix = added([
    { flux_ned: 2e-14, G: 20 },
    { flux_b: 0, flux_ned: 2e-14, G: 20, flux_u: 0, flux_s: 1e-15 },
  ]);
  for (const row of [0, 1]) {
    assert.ok(Math.abs(value(matrix, row, "log_x_G") - (LOG2 - 6)) < 1e-12);
    assert.ok(Number.isNaN(value(matrix, row, "log_ned_b")));
  }
  assert.ok(Number.isNaN(value(matrix, 1, "log_us")));
});

Deno.test("places in a galaxy, a cluster and a region are measured as by hand", () => {
  const at = (ra: number, dec: number) => ({ ra, dec, flux_b: 1e-14 });
  const matrix = added([
    at(210.8021, 54.3489 + 0.05), // 3 arcmin north of M 101, whose major axis (14.4 arcmin) is east-west
    at(210.8021, 54.3489 + 20 / 60), // 20 / 0.93 / 14.4 = 1.49 radii, beyond the rim of 1.3
    at(6.0238, -72.0814 + 0.1), // 6 arcmin north of 47 Tuc, of 3.17 arcmin
    at(6.0238, -72.0814 + 13 / 60), // 4.10 radii, beyond the rim of 4
    at(13.2458, 56.6219), // in the middle of NGC 281
    at(150, 2),
  ]);
  const expected: [row: number, column: string, value: number, tolerance: number][] = [
    [0, "galaxy_in", 1, 0],
    [0, "galaxy_offset", 3 / 0.93 / 14.4, 1e-4],
    [0, "galaxy_offset_arcmin", 3, 1e-4],
    [0, "galaxy_offset_kpc", 6.065, 1e-3], // 6950 kpc * 0.05 degrees
    [0, "galaxy_type", 6, 0],
    [0, "galaxy_axis_ratio", 0.93, 0],
    [0, "galaxy_log_distance", 0.84198, 1e-5], // log10(6.95)
    [0, "galaxy_log_lx_error", 0.050612, 1e-6], // 2 log10(1.06)
    // log10(4 pi 1e-14) = -12.90079, and twice log10(6.95 * 3.0857e24) = 25.331328
    [0, "galaxy_log_lx", 37.76187, 1e-4],
    [1, "galaxy_offset", 20 / 0.93 / 14.4, 1e-3],
    [1, "galaxy_in", 0, 0],
    [1, "galaxy_log_lx", NaN, 0],
    [1, "galaxy_offset_kpc", NaN, 0],
    [2, "cluster_offset", 6 / 3.17, 1e-4],
    [2, "cluster_in", 1, 0],
    [2, "cluster_log_lx", 31.38434, 1e-4], // 2 log10(0.0045 * 3.0857e24) = 44.28513
    [2, "galaxy_in", 0, 0],
    [3, "cluster_offset", 13 / 3.17, 1e-3],
    [3, "cluster_in", 0, 0],
    [3, "cluster_log_lx", NaN, 0],
    [4, "region_offset", 0, 1e-9],
    [4, "region_in", 1, 0],
    [4, "region_log_lx", 30.97223, 1e-4], // 2 log10(0.0028 * 3.0857e24) = 43.87302
    [5, "galaxy_offset", NaN, 0],
    [5, "cluster_in", 0, 0],
    [5, "region_in", 0, 0],
  ];
  for (const [row, column, number, tolerance] of expected) {
    const found = value(matrix, row, column);
    const isRight = isNaN(number) ? isNaN(found) : Math.abs(found - number) <= tolerance;
    assert.ok(isRight, `row ${row}, ${column}: ${found}, by hand ${number}`);
  }
});

Deno.test("Galactic angles are those of the sphere", () => {
  const places: [l: number, b: number, absL: number, angle: number][] = [
    [0, 0, 0, 0],
    [90, 0, 90, 90],
    [180, 0, 180, 180],
    [350, 0, 10, 10],
    [190, 10, 170, 165.90], // acos(cos 10 cos 190)
    [60, -60, 60, 75.522], // acos(0.5 * 0.5)
    [0, 90, 0, 90],
  ];
  const matrix = added(places.map(([gal_l, gal_b]) => ({ gal_l, gal_b })));
  places.forEach(([, b, absL, angle], row) => {
    assert.equal(value(matrix, row, "abs_b"), Math.abs(b));
    assert.equal(value(matrix, row, "abs_l"), absL);
    assert.ok(Math.abs(value(matrix, row, "centre_angle") - angle) < 0.01, `${row}`);
  });
});

Deno.test("the dust column is the integral along the line of sight", () => {
  // by the midpoint rule with 200,000 steps, in Python
  const columns: [l: number, b: number, log: number][] = [
    [0, 0, 1.90026],
    [180, 0, 0.50362],
    [90, 0, 0.85969],
    [45, 0, 1.36199],
    [120, 2, 0.2728],
    [300, -2, 0.54636],
    [60, -1, 0.79278],
  ];
  for (const [l, b, log] of columns) {
    assert.ok(Math.abs(logDustColumn(l, b) - log) < 1e-3, `${l}, ${b}: ${logDustColumn(l, b)}`);
  }
  // towards the anticentre the density falls by exp(-k s); the sum over steps h of its middles is
  // (h / 2) / sinh(k h / 2), but for what lies beyond 25 kpc
  const k = Math.cos(Math.PI / 6) / 3.19 + Math.sin(Math.PI / 6) / 0.103;
  assert.ok(Math.abs(logDustColumn(180, 30) - Math.log10(0.05 / Math.sinh(0.05 * k))) < 1e-9);
  const flat = 0.05 / Math.sinh(0.05 / 3.19) * (1 - Math.exp(-25 / 3.19));
  assert.ok(Math.abs(logDustColumn(180, 0) - Math.log10(flat)) < 1e-9);
  assert.ok(Number.isNaN(logDustColumn(NaN, 0)));
});

Deno.test("steps that are left out far above the plane would not change a bit of the dust column", () => {
  const { length, height, sun, end, steps } = DUST_DISC, step = end / steps;
  for (const [l, b] of [[0, 9], [0, 11], [0, 45], [0, 90], [180, 10], [180, 9.5], [33, -30]]) {
    const { sin, cos } = Math, [phi, theta] = [b * RADIANS, l * RADIANS];
    let column = 0;
    for (let i = 0; i < steps; i++) {
      const s = (i + 0.5) * step;
      const x = sun - s * (cos(phi) * cos(theta)), y = s * (cos(phi) * sin(theta));
      const [r, z] = [Math.sqrt(x * x + y * y), s * Math.abs(sin(phi))];
      column += Math.exp((sun - r) / length - z / height) * step;
    }
    assert.equal(logDustColumn(l, b), Math.log10(column), `${l}, ${b}`);
  }
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
  // towards the pole an exponential disc has its scale height: 0.103 kpc / sin 60
  assert.ok(Math.abs(high - Math.log10(0.103 / Math.sin(Math.PI / 3))) < 0.05);
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
