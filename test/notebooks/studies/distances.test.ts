import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import {
  asByVelocity,
  distancePairs,
  distanceScatter,
  ohlsonDistances,
} from "#studies/distances.ts";
import { mirror } from "../../published.ts";

const NEAR: Parameters<typeof distancePairs>[1] = [{
  ...{ name: "NGC 4442", ra: 187.016, dec: 9.804, distanceMpc: 15.3, distanceError: 0.03 },
  ...{ radiusArcmin: 2.3, axisRatio: 0.4, positionAngleDeg: 87, typeT: -2 },
}];

Deno.test("a galaxy is compared with the nearest of the catalogue, a velocity taken from the Local Group", () => {
  const [pair, ...others] = distancePairs({
    ra: Float64Array.of(187.03, 187.016, 187.016),
    dec: Float64Array.of(9.804, 9.8037, 11),
    velocity: Float64Array.of(5000, 351, 1000),
    distance: Float64Array.of(70, 15.276, 13),
    error: Float64Array.of(6, 0.422, 5),
  }, NEAR);
  assert.equal(others.length, 0);
  assert.equal(pair.theirs, 15.276);
  assert.ok(pair.isMeasured);
  // l = 284.2, b = 71.8: 351 + 316 x (sin 71.8 sin -4 + cos 71.8 cos -4 cos 191.2) = 233 km/s
  assert.ok(Math.abs(pair.fromVelocity - 233 / 70) < 0.05, `${pair.fromVelocity}`);
});

Deno.test("scatter counts what is off by 30 per cent, and by half a dex in luminosity", () => {
  const { n, dex, off, luminosityOff } = distanceScatter([[10, 10], [14, 10], [10, 20], [NaN, 5]]);
  assert.equal(n, 3);
  assert.equal(off, 2 / 3);
  assert.equal(luminosityOff, 1 / 3); // log10 of a quarter is -0.602
  // logarithms 0, 0.1461, -0.3010: mean -0.0516, standard deviation 0.1862
  assert.ok(Math.abs(dex - 0.1862) < 1e-4);
});

Deno.test("as by velocity, a source is as luminous as its host's velocity had it, by a flat margin", () => {
  const names = ["galaxy_log_lx", "galaxy_log_distance", "galaxy_log_lx_error"];
  const matrix = {
    names,
    nColumns: 3,
    nRows: 2,
    values: Float64Array.of(39, 1.1, 0.05, 38, 1, 0.1),
  };
  const pair = {
    name: "NGC 4442",
    listed: 15.3,
    theirs: 15.276,
    fromVelocity: 1.53,
    isMeasured: true,
  };
  const { values } = asByVelocity(matrix, ["NGC 4442", undefined], [pair]);
  assert.deepEqual([...values].map((x) => Number(x.toFixed(9))), [37, 0.1, 0, 38, 1, 0]);
});

const isThere = mirror !== undefined && existsSync(`${mirror}/50mgc/catalog_short.fits`);
if (!isThere) console.log("skipped: no 50mgc/catalog_short.fits in the mirror");

Deno.test({
  name:
    "velocity over 70 was off by 30 per cent in a quarter of the near galaxies, the lists are not",
  ignore: !isThere,
  async fn() {
    const pairs = distancePairs(await ohlsonDistances({ mirror }));
    assert.ok(pairs.length > 2500, `${pairs.length}`);
    const near = pairs.filter(({ fromVelocity }) => fromVelocity < 15);
    const before = distanceScatter(near.map((p) => [p.fromVelocity, p.theirs]));
    const now = distanceScatter(pairs.map((p) => [p.listed, p.theirs]));
    assert.ok(before.off > 0.2 && before.off < 0.5, `${before.off}`);
    assert.ok(now.off < 0.02 && now.luminosityOff < 0.01, `${now.off}, ${now.luminosityOff}`);
  },
});
