import assert from "node:assert/strict";
import NGC from "../data/ngc-galaxies.json" with { type: "json" };
import { HOST_LISTS, membership, type SkyObject } from "@csc-classify/chandra-sources";
import { logLuminosity } from "@csc-classify/chandra-sources/quantities";
import { random } from "@csc-classify/forests";
import { separationArcsec } from "@csc-classify/sky";

const [GALAXIES, CLUSTERS] = HOST_LISTS.map(({ objects }) => objects);

const DISC: SkyObject = {
  ...{ name: "disc", ra: 10, dec: 0, distanceMpc: 10, distanceError: 0.1, typeT: 5 },
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

Deno.test("the object is the one that a look at all of them finds, by a pole and at RA 0, too", () => {
  const stream = random(1, "membership"), round = { axisRatio: 1, positionAngleDeg: 0 };
  const place = () => ({
    ra: 720 * stream.uniform() - 180,
    dec: stream.uniform() < 0.5 ? 180 * stream.uniform() - 90 : 90 - 6 * stream.uniform(),
  });
  const objects = Array.from({ length: 60 }, (_, i): SkyObject => ({
    ...{ ...DISC, ...round, ...place(), name: String(i) },
    radiusArcmin: 10 ** (3 * stream.uniform()),
  }));
  for (let n = 0; n < 5000; n++) {
    const { ra, dec } = place(), farthest = 2;
    const offsets = objects.map((object) =>
      separationArcsec(object.ra, object.dec, ra, dec) / 60 / object.radiusArcmin
    );
    const least = Math.min(...offsets), found = membership(ra, dec, objects, farthest);
    const expected = least <= farthest ? String(offsets.indexOf(least)) : undefined;
    assert.equal(found?.object.name, expected, `${ra}, ${dec}`);
  }
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
  for (const object of objects.slice(-NGC.columns.name.length)) {
    assert.equal(membership(object.ra, object.dec, objects, farthest)?.object, object);
  }
});

const byName = new Map(
  HOST_LISTS.flatMap(({ objects }) => objects).map((object) => [object.name, object]),
);
const of = <K extends keyof SkyObject>(name: string, what: K): SkyObject[K] =>
  byName.get(name)![what];

Deno.test("distances are measured ones where there are some: Ohlson et al. 2024, not velocity over 70", () => {
  const mpc = {
    ...{ "NGC 4442": 15.3, "NGC 4550": 15.5, "IC 3059": 16.5, "NGC 48": 22.9 },
    ...{ "NGC 5643": 12.5, "NGC 1371": 16.4, "NGC 4136": 6.67, "NGC 4826": 4.41 },
    ...{ "NGC 1672": 20.2, "NGC 1559": 22, "ESO097-013": 4.2, "NGC 5457": 6.95 },
  };
  for (const [name, distance] of Object.entries(mpc)) {
    assert.equal(of(name, "distanceMpc"), distance, name);
  }
  assert.equal(of("NGC 4442", "distanceError"), 0.03); // 0.42 of 15.28 Mpc
  assert.equal(of("NGC 1433", "distanceError"), 0.5); // in doubt
});

Deno.test("elsewhere the velocity field of Mould et al. 2000: beyond its attractors v over 74.6", () => {
  // NGC 7802, far from all three attractors: 5,488 km/s in the Local Group's frame are 73.6 Mpc at
  // 74.6 km/s/Mpc; the flow takes less than 400 km/s of them
  assert.ok(
    Math.abs(of("NGC 7802", "distanceMpc") - 73.6) < 5.4,
    `${of("NGC 7802", "distanceMpc")}`,
  );
  assert.ok(Math.abs(of("NGC 7802", "distanceError") - 400 / 5488) < 0.01);
});

Deno.test("starburst dwarfs are late types, and bright galaxies as large as in RC3", () => {
  const types = { "ESO495-021": 9, "NGC 1705": 9, "IC 691": 10, "IC 3718": 8, "NGC 3115": -3 };
  for (const [name, type] of Object.entries(types)) assert.equal(of(name, "typeT"), type, name);
  // logD25 of RC3: 2.12, 1.80, 1.66, 1.77
  const d25 = { "NGC 4395": 13.2, "NGC 4151": 6.3, "NGC 4442": 4.6, "NGC 3338": 5.9 };
  for (const [name, arcmin] of Object.entries(d25)) {
    assert.ok(Math.abs(2 * of(name, "radiusArcmin") / arcmin - 1) < 0.05, name);
  }
});

Deno.test("regions and clusters are where the sources put them", () => {
  const kpc = { "Trifid M20": 1.26, "Terzan 5": 6.9, "Terzan 2": 7.5, "Terzan 6": 6.8 };
  for (const [name, distance] of Object.entries(kpc)) {
    assert.ok(Math.abs(of(name, "distanceMpc") * 1000 - distance) < 1e-9, name);
  }
  for (const name of ["Galactic centre", "RSGC/W42", "NGC 6167 RCW 108"]) {
    assert.ok(!byName.has(name), name);
  }
  assert.ok(byName.has("W42") && byName.has("RCW 108"));
});
