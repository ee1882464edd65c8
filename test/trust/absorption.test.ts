import assert from "node:assert/strict";
import { FEATURE_NAMES } from "#lib/catalogue/features.ts";
import { columnOf, fillDerived, type LabelledSources } from "#lib/tables/sources.ts";
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
  near(pole, 0.12 * 1.15 * 3.0857e21, 0.2);
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
    ]),
    place,
  ),
  labels: Int32Array.of(0, 0),
};

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
  assert.ok(Math.abs(columnOf(dark, "significance")[0] - 100 * Math.sqrt(lost("flux_b"))) < 1e-9);
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
  const sights = drawSights(400, among, { seed: 1 });
  const first = sights.filter(({ ra }) => ra === 266).length;
  assert.ok(first > 160 && first < 240, `${first} of 400 in the field of four`);
  assert.ok(sights.every(({ ra, dimming }) => ra !== 0 && dimming >= 1 && dimming <= 10));
  assert.deepEqual(drawSights(400, among, { seed: 1 }), sights);
  assert.throws(() =>
    drawSights(1, { ra: among.ra.slice(5), dec: among.dec.slice(5) }, { seed: 1 })
  );
});

Deno.test("absorbed copies are of nuclei only, weigh as asked together and are all detected", () => {
  const table = { ...sources, labels: Int32Array.of(0, 1) };
  // the limit of detection is the star's flux, a thousand times below the nucleus'
  const among = { ra: Float64Array.of(266), dec: Float64Array.of(-29) };
  const copies = absorbedCopies(table, { seed: 2, perSource: 4, weight: 1, among });
  assert.deepEqual([...copies.parent], [0, 0, 0, 0]);
  assert.deepEqual([...copies.weight], [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(copies.matrix.names.slice(0, FEATURE_NAMES.length), FEATURE_NAMES);
  assert.ok([...columnOf(copies, "flux_b")].every((flux) => flux > 0 && flux < 1e-12));
  assert.ok([...columnOf(copies, "abs_b")].every((b) => b < 1));
});
