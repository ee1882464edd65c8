import assert from "node:assert/strict";
import {
  columnOf,
  FEATURE_NAMES,
  fillDerived,
  type LabelledSources,
} from "@csc-classify/chandra-sources";
import { fromGalactic } from "@csc-classify/sky";
import {
  behind,
  crossSectionCm2,
  drawSights,
  galacticColumnCm2,
  transmission,
} from "#lib/trust/absorption.ts";
import { absorbedCopies } from "#lib/trust/training-copies.ts";

function near(value: number, expected: number, share: number) {
  assert.ok(Math.abs(value / expected - 1) < share, `${value}, expected ${expected}`);
}

Deno.test("cross-sections are those of the published fit and meet at its edges but for the steps", () => {
  near(crossSectionCm2(1), (120.6 + 169.3 - 47.7) * 1e-24, 1e-12);
  near(crossSectionCm2(0.0999999), crossSectionCm2(0.1000001), 0.01);
  assert.ok(crossSectionCm2(0.5321) > 1.2 * crossSectionCm2(0.5319), "oxygen has an edge");
  assert.ok(crossSectionCm2(7.112) > 1.2 * crossSectionCm2(7.11), "iron has an edge");
  assert.throws(() => crossSectionCm2(12), /no cross-section at 12 keV/);
});

Deno.test("each piece of the fit gives what its three numbers say", () => {
  // (c0 + c1 E + c2 E^2) / E^3 of Morrison & McCammon 1983, table 2, in 1e-24 cm2
  const values: [keV: number, crossSection: number][] = [
    ...[[0.05, 338640], [0.2, 8642], [0.3, 3115.8148], [0.5, 735.6], [0.6, 745.2963]],
    ...[[0.8, 376.1328], [1.1, 187.1623], [1.5, 86.1111], [2, 43.0125], [3, 14.7704]],
    ...[[4, 6.6719], [5, 3.5252], [8, 1.7113], [9, 1.273]],
  ] as [number, number][];
  for (const [keV, expected] of values) near(crossSectionCm2(keV), expected * 1e-24, 5e-5);
  assert.throws(() => crossSectionCm2(0.029), /no cross-section at 0.029 keV/);
  assert.ok(crossSectionCm2(0.03) > 0 && crossSectionCm2(10) > 0);
});

Deno.test("what 1e21 lets through of each band is the integral over the band", () => {
  // index 1.9, by the midpoint rule with 20,000 steps in Python: energy, photons, counts
  const through: Record<string, readonly [number, number, number]> = {
    flux_u: [0.14073, 0.10608, 0.10608],
    flux_s: [0.64912, 0.6148, 0.66883],
    flux_m: [0.91985, 0.91578, 0.91754],
    flux_h: [0.98812, 0.98434, 0.98161],
    flux_b: [0.87249, 0.74953, 0.82964],
    flux_ned: [0.79274, 0.54467, 0.72331],
  };
  for (const [band, expected] of Object.entries(through)) {
    (["energy", "photons", "counts"] as const).forEach((measured, i) => {
      const found = transmission(band as "flux_b", 1e21, 1.9, measured);
      assert.ok(Math.abs(found - expected[i]) < 5e-3, `${band} ${measured}: ${found}`);
    });
  }
});

Deno.test("a column of 1e22 takes nearly all soft, a third of medium and little hard flux", () => {
  assert.equal(transmission("flux_h", 0, 1.9), 1);
  // exp(-1e22 x 2.4e-22) at 1 keV is 0.09, at 1.5 keV exp(-0.86) is 0.42, at 4 keV exp(-0.07) 0.93
  assert.ok(transmission("flux_s", 1e22, 1.9) < 0.1);
  near(transmission("flux_m", 1e22, 1.9), 0.45, 0.15);
  near(transmission("flux_h", 1e22, 1.9), 0.9, 0.05);
  assert.ok(transmission("flux_u", 1e22, 1.9) < 1e-4);
  assert.ok(
    transmission("flux_h", 3e22, 1.9) < transmission("flux_h", 3e22, 1),
    "softer loses more",
  );
});

Deno.test("columns are a few 1e20 at the pole, some 1e22 in the plane and most at the centre", () => {
  const pole = galacticColumnCm2(0, 90), plane = galacticColumnCm2(90, 0);
  // Dickey & Lockman 1990: 3.84e20 less 2.11e20 at the pole, 3.84e20 / sin 54.4 less 2.11e20 at CDF-S
  near(pole, 1.73e20, 0.1);
  near(galacticColumnCm2(223.57, -54.44), 2.61e20, 0.1);
  assert.ok(plane > 1e22 && plane < 4e22, `${plane}`);
  assert.ok(galacticColumnCm2(0, 0) > 1e23);
  near(galacticColumnCm2(30, 2), galacticColumnCm2(330, -2), 1e-9);
});

const place = { ra: Float64Array.of(180, 180), dec: Float64Array.of(30, 30) };
const sources: LabelledSources = {
  origin: { kind: "table", description: "two nuclei", sha256: "" },
  names: ["bright", "faint"],
  ...place,
  matrix: fillDerived(
    new Map([
      ["flux_b", [1e-12, 1e-15]],
      ["flux_s", [3e-13, 3e-16]],
      ["flux_h", [5e-13, 5e-16]],
      ["G", [17, 20.9]],
      ["W1", [14, 17]],
      ["g_sdss", [17, 21]],
      ["significance", [100, 4]],
      ["var_inter_sigma_b", [1e-7, 1e-7]],
    ]),
    place,
  ),
  labels: Int32Array.of(0, 0),
};

/** A table whose faintest fluxes limit nothing. */
function empty(table: LabelledSources) {
  return { matrix: fillDerived(new Map(), table) };
}

Deno.test("behind an open sight nothing changes; behind gas soft goes before hard, blue before red", () => {
  const open = sources.names.map(() => ({ ra: 180, dec: 30, columnCm2: 0, dimming: 1 }));
  const same = behind(sources, open);
  for (const name of ["flux_b", "flux_h", "G", "W1", "g_sdss", "significance"]) {
    assert.deepEqual([...columnOf(same, name)], [...columnOf(sources, name)], name);
  }
  // 4.42e21 is 2 mag in V; some is there already
  const column = 4.42e21 +
    galacticColumnCm2(columnOf(sources, "gal_l")[0], columnOf(sources, "gal_b")[0]);
  const dark = behind(sources, open.map((sight) => ({ ...sight, columnCm2: column })));
  assert.ok(Math.abs(columnOf(dark, "G")[0] - (17 + 2 * 0.789)) < 1e-9);
  assert.ok(Math.abs(columnOf(dark, "W1")[0] - (14 + 2 * 0.039)) < 1e-9);
  assert.ok(Number.isNaN(columnOf(dark, "G")[1]), "beyond Gaia's limit");
  const lost = (name: string) => columnOf(dark, name)[0] / columnOf(sources, name)[0];
  assert.ok(
    lost("flux_s") < lost("flux_b") && lost("flux_b") < lost("flux_h") && lost("flux_h") < 1,
  );
  // fewer photons are left than energy, and of the counts, which fall where the mirrors are good
  assert.ok(lost("var_inter_sigma_b") < lost("flux_b"));
  assert.ok((lost("significance")) ** 2 < lost("flux_b"));
});

Deno.test("one magnitude in V is that of each band in the others, and half of Ks at 24 micron", () => {
  // Wang & Chen 2019, Schlafly & Finkbeiner 2011, Yuan et al. 2013: A over A(V)
  const relative = {
    ...{ FUV: 2.66, NUV: 2.65, u_sdss: 1.584, g_sdss: 1.205, r_sdss: 0.848, i_sdss: 0.63 },
    ...{ z_sdss: 0.458, G: 0.789, Bp: 1.002, Rp: 0.589, J: 0.243, H: 0.131, Ks: 0.078 },
    ...{ W1: 0.039, W2: 0.026, W3: 0.04, W4: 0.039 },
  };
  const bright = Object.keys(relative).map((band): [string, number[]] => [band, [5]]);
  const here = { ra: Float64Array.of(180), dec: Float64Array.of(30) };
  const table = {
    ...{ ...sources, names: ["one"], labels: Int32Array.of(0) },
    ...here,
    matrix: fillDerived(
      new Map<string, number[]>([...bright, ["mips_24um", [1e6]], ["nh_gal", [5]]]),
      here,
    ),
  };
  // 5e20 is there already; dimmed ten times is 2.5 mag
  const sight = { ra: 180, dec: 30, columnCm2: 5e20 + 2.21e21, dimming: 10 };
  const dark = behind(table, [sight]);
  for (const [band, share] of Object.entries(relative)) {
    assert.ok(Math.abs(columnOf(dark, band)[0] - (5 + share + 2.5)) < 1e-9, band);
  }
  near(columnOf(dark, "mips_24um")[0], 1e6 * 10 ** (-0.4 * 0.039) / 10, 1e-9);
});

Deno.test("what a band's faintest hundred are, less the faintest two, limits what is seen", () => {
  // of 100 fluxes the 2 per cent below 3e-15 are left out: what falls below it is not detected
  const n = 100, at = { ra: new Float64Array(n).fill(180), dec: new Float64Array(n).fill(30) };
  const fluxes = Array.from({ length: n }, (_, i) => (i + 1) * 1e-15);
  const table = {
    ...{ ...sources, names: fluxes.map(String), labels: new Int32Array(n) },
    ...at,
    matrix: fillDerived(new Map([["flux_h", fluxes], ["kp_intra_prob_b", fluxes]]), at),
  };
  const open = fluxes.map(() => ({ ra: 180, dec: 30, columnCm2: 0, dimming: 1 }));
  const seen = columnOf(behind(table, open), "flux_h");
  assert.deepEqual([...seen.subarray(0, 4)].map(isNaN), [true, true, false, false]);
  assert.equal(seen[99], fluxes[99]);
  // what nothing is said of is carried along
  assert.deepEqual([...columnOf(behind(table, open), "kp_intra_prob_b")], fluxes);
});

Deno.test("photons and counts lose more than energy, as the spectrum and the effective area say", () => {
  const over = (column: number, photonIndex: number, measured: "photons" | "counts") =>
    transmission("flux_b", column, photonIndex) /
    transmission("flux_b", column, photonIndex, measured);
  // a power law of index 1.7 behind 1e22 and 1e23 cm-2: energy over photons 1.83 and 2.79
  near(over(1e22, 1.7, "photons"), 1.83, 0.005);
  near(over(1e23, 1.7, "photons"), 2.79, 0.005);
  // index 1.9: the root of energy over counts 1.20 and 1.75
  near(Math.sqrt(over(1e22, 1.9, "counts")), 1.2, 0.005);
  near(Math.sqrt(over(1e23, 1.9, "counts")), 1.75, 0.005);
  assert.equal(transmission("flux_b", 0, 1.9, "counts"), 1);
});

Deno.test("the CSC's own hydrogen column is used where a table has it", () => {
  const matrix = fillDerived(
    new Map([["flux_s", [3e-13, 3e-13]], ["nh_gal", [5, NaN]]]),
    place,
  );
  const known = { ...sources, matrix };
  const sight = { ra: 180, dec: 30, columnCm2: 1e22, dimming: 1 };
  const [own, smooth] = columnOf(
    behind(known, [sight, sight], { limitsOf: empty(known) }),
    "flux_s",
  );
  const through = (column: number) => transmission("flux_s", column, 1.9);
  near(own, 3e-13 * through(1e22) / through(5e20), 1e-9);
  const model = galacticColumnCm2(columnOf(known, "gal_l")[1], columnOf(known, "gal_b")[1]);
  near(smooth, 3e-13 * through(1e22) / through(model), 1e-9);
});

Deno.test("limits in the plane: GALEX all-sky, 2MASS and WISE shallower, MIPSGAL within a degree of it", () => {
  const at = (b: number) => ({ ...fromGalactic(30, b), columnCm2: 0, dimming: 1 });
  const given = new Map([
    ["flux_b", [1e-12, 1e-12, 1e-12]],
    ["NUV", [20.7, 20.7, 20.9]],
    ["Ks", [14.5, 14, 15]],
    ["mips_24um", [3400, 3400, 3200]],
  ]);
  const there = { ra: Float64Array.of(180, 180, 180), dec: Float64Array.of(30, 30, 30) };
  const table = {
    ...{ ...sources, names: ["a", "b", "c"], ...there },
    matrix: fillDerived(given, there),
  };
  const moved = behind(table, [at(0.5), at(3), at(20)]);
  assert.deepEqual([...columnOf(moved, "NUV")], [NaN, NaN, NaN]);
  assert.deepEqual([...columnOf(moved, "Ks")], [NaN, 14, 15]); // 15.05 less a magnitude
  assert.deepEqual([...columnOf(moved, "mips_24um")], [3400, NaN, NaN]);
});

Deno.test("in the plane there is no SDSS, and a dimmed source may not be detected", () => {
  const sight = { ra: 266.4, dec: -28.9, columnCm2: 0, dimming: 10 };
  const moved = behind(sources, [sight, sight]);
  assert.ok(Number.isNaN(columnOf(moved, "g_sdss")[0]));
  assert.ok(Math.abs(columnOf(moved, "G")[0] - 19.5) < 1e-9);
  assert.ok(Math.abs(columnOf(moved, "gal_b")[0]) < 1);
  assert.ok(Number.isNaN(columnOf(moved, "flux_b")[1]));
});

Deno.test("sights lie among the positions near the plane, each field as often as another", () => {
  const among = {
    ra: Float64Array.of(266, 266, 266, 266, 80, 0),
    dec: Float64Array.of(-29, -29, -29, -29, 35, 80),
  };
  const sights = drawSights(400, among, 1);
  const first = sights.filter(({ ra }) => ra === 266).length;
  assert.ok(first > 160 && first < 240, `${first} of 400 in the field of four`);
  assert.ok(sights.every(({ ra, dimming }) => ra !== 0 && dimming >= 1 && dimming <= 10));
  assert.deepEqual(drawSights(400, among, 1), sights);
  assert.throws(() => drawSights(1, { ra: among.ra.slice(5), dec: among.dec.slice(5) }, 1));
});

Deno.test("absorbed copies are of nuclei only, weigh as asked together and are all detected", () => {
  // the star lies in the plane
  const ra = Float64Array.of(sources.ra[0], 266), dec = Float64Array.of(sources.dec[0], -29);
  const table = { ...sources, ra, dec, labels: Int32Array.of(0, 1) };
  // the limit of detection is the star's flux, a thousand times below the nucleus'
  const copies = absorbedCopies(table, { seed: 2, perSource: 4, weight: 1 });
  assert.deepEqual([...copies.parent], [0, 0, 0, 0]);
  assert.deepEqual([...copies.weight], [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(copies.matrix.names.slice(0, FEATURE_NAMES.length), FEATURE_NAMES);
  assert.ok([...columnOf(copies, "flux_b")].every((flux) => flux > 0 && flux < 1e-12));
  assert.ok([...columnOf(copies, "abs_b")].every((b) => b < 1));
});
