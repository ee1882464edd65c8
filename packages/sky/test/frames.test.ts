import assert from "node:assert/strict";
import { fromFk4, fromFk5, separationArcsec } from "../mod.ts";

const RADIANS = Math.PI / 180;

Deno.test("FK4 at B1950 becomes what ERFA's fk45z makes of it", () => {
  // the example of ERFA's own tests, at an epoch 4.7 years after B1950: 0.05 arcsec at most
  const { ra, dec } = fromFk4(0.01602284975382960982 / RADIANS, -0.1164347929099906024 / RADIANS);
  const expected = [0.02719295911606862303 / RADIANS, -0.1115766001565926892 / RADIANS] as const;
  assert.ok(separationArcsec(ra, dec, ...expected) < 0.05);
});

Deno.test("3C 273 lies at B1950 and at J2000 where radio astronomers have it", () => {
  // 12h26m33.246s +02d19m43.47s (B1950) and 12h29m06.6997s +02d03m08.598s
  const { ra, dec } = fromFk4(15 * (12 + 26 / 60 + 33.246 / 3600), 2 + 19 / 60 + 43.47 / 3600);
  const expected = [15 * (12 + 29 / 60 + 6.6997 / 3600), 2 + 3 / 60 + 8.598 / 3600] as const;
  assert.ok(separationArcsec(ra, dec, ...expected) < 0.5);
});

Deno.test("FK5 is precessed: J2000 stays, the star of Meeus's example 21.b comes back", () => {
  const still = fromFk5(123.25, -45.5, 2000);
  assert.ok(separationArcsec(still.ra, still.dec, 123.25, -45.5) < 1e-6);
  // theta Persei, Astronomical Algorithms: J2000 (41.054063, 49.227750) is (41.547214, 49.348483) in 2028.863
  const { ra, dec } = fromFk5(41.547214, 49.348483, 2028.8670500);
  assert.ok(separationArcsec(ra, dec, 41.054063, 49.22775) < 0.02);
});
