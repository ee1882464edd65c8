import assert from "node:assert/strict";
import NGC from "../../data/ngc-galaxies.json" with { type: "json" };
import { HOST_LISTS, logLuminosity, membership, type SkyObject } from "#lib/sky/objects.ts";

const [GALAXIES, CLUSTERS] = HOST_LISTS.map(({ objects }) => objects);

const DISC: SkyObject = {
  ...{ name: "disc", ra: 10, dec: 0, distanceMpc: 10, typeT: 5 },
  ...{ radiusArcmin: 6, axisRatio: 0.5, positionAngleDeg: 90 },
};

Deno.test("an offset along the minor axis counts for more", () => {
  const east = membership(10 + 0.05, 0, [DISC], 3)!; // 3 arcmin along the major axis
  const north = membership(10, 0.05, [DISC], 3)!;
  assert.ok(Math.abs(east.offset - 0.5) < 1e-6);
  assert.ok(Math.abs(north.offset - 1) < 1e-6);
  assert.equal(membership(10, 0.4, [DISC], 3), undefined);
  assert.equal(membership(NaN, 0, [DISC], 3), undefined);
});

Deno.test("well-known sources belong to their hosts", () => {
  const host = (ra: number, dec: number) => membership(ra, dec, GALAXIES, 1)?.object.name;
  assert.equal(host(148.9592, 69.6797), "NGC 3034"); // M82 X-1
  assert.equal(host(50.0954, -66.4851), undefined); // a degree from NGC 1313
  assert.equal(host(49.5837, -66.4864), "NGC 1313"); // NGC 1313 X-1
  assert.equal(host(13.2646, -72.7978), "SMC");
  assert.equal(membership(6.0236, -72.0813, CLUSTERS, 1)?.object.name, "47 Tuc");
});

Deno.test("a flux of 1e-14 erg/cm2/s at 10 Mpc is 1.2e38 erg/s", () => {
  assert.ok(Math.abs(logLuminosity(1e-14, 10) - Math.log10(1.1966e38)) < 1e-4);
  assert.ok(Number.isNaN(logLuminosity(NaN, 10)));
});

Deno.test("the lists hold positions on the sky and positive sizes, each name once", () => {
  for (const { objects: list } of HOST_LISTS) {
    assert.equal(new Set(list.map(({ name }) => name)).size, list.length);
    for (const { name, ra, dec, distanceMpc, radiusArcmin, axisRatio } of list) {
      assert.ok(ra >= 0 && ra < 360 && Math.abs(dec) < 90, name);
      assert.ok(distanceMpc > 0 && radiusArcmin > 0 && axisRatio > 0 && axisRatio <= 1, name);
    }
  }
});

Deno.test("strips of declination lose no object: the deepest of all objects is found", () => {
  const { objects, farthest } = HOST_LISTS[0];
  const large = objects.filter(({ radiusArcmin }) => radiusArcmin > 3);
  const single = large.map((object) => [object]);
  for (let i = 0; i < 200; i++) {
    const ra = (i * 137.508) % 360, dec = 89 * Math.sin(i * 1.7);
    const alone = single.map((list) => membership(ra, dec, list, farthest))
      .filter((member) => member !== undefined)
      .sort((a, b) => a.offset - b.offset);
    assert.equal(membership(ra, dec, large, farthest)?.object, alone[0]?.object);
  }
  for (const object of objects.slice(-NGC.rows.length)) {
    assert.equal(membership(object.ra, object.dec, objects, farthest)?.object, object);
  }
});
