import assert from "node:assert/strict";
import { separationArcsec } from "@csc-classify/sky";
import { columnOf, readRows } from "@csc-classify/chandra-sources";

/** Places of one row, by columns `name [unit]`. */
async function placesOf(
  columns: readonly (readonly [name: string, unit: string, cell: unknown, frame?: string])[],
) {
  const rejects: string[] = [];
  const read = await readRows("t.csv", {
    kind: "test",
    columns: [
      { name: "name" },
      { name: "flux_b" },
      ...columns.map(([name, unit, _, frame]) => ({ name, unit, frame })),
    ],
    rows: [["Zed", 1e-14, ...columns.map(([, , cell]) => cell)]],
  }, { features: [], onReject: ({ problem }) => rejects.push(problem) });
  const [sources] = await Array.fromAsync(read.batches);
  return {
    rejects,
    notes: read.notes,
    place: sources && [sources.ra[0], sources.dec[0]].map((value) => Number(value.toFixed(6))),
    galactic: sources && ["gal_l", "gal_b"].map((name) => columnOf(sources, name)[0]),
  };
}

Deno.test("letters, then the unit, then custom say whether an angle counts hours or degrees", async () => {
  const ra = async (cell: unknown, unit = "") =>
    (await placesOf([["ra", unit, cell], ["dec", "", "-12:20:30.5"]])).place;
  assert.deepEqual(await ra("10:20:30"), [155.125, -12.341806]);
  assert.deepEqual(await ra("10h20m30s"), [155.125, -12.341806]);
  assert.deepEqual(await ra("10d20m30s"), [10.341667, -12.341806]);
  assert.deepEqual(await ra("10 20 30", "d:m:s"), [10.341667, -12.341806]);
  assert.deepEqual(await ra("210:20:30", "d:m:s"), [210.341667, -12.341806]);
  assert.deepEqual(await ra("10h20m30s", "d:m:s"), [155.125, -12.341806]);
  assert.deepEqual(await ra("10.5", "h:m:s"), [157.5, -12.341806]);
  assert.deepEqual(await ra(10.5, "hour"), [157.5, -12.341806]);
  assert.deepEqual(await ra(10.5, "DEGREES"), [10.5, -12.341806]);
});

Deno.test("hours, minutes, seconds, sign and degrees in columns of their own make one place", async () => {
  const parts = (sign: string, ...numbers: string[]) =>
    ["RAh", "RAm", "RAs", "DE-", "DEd", "DEm", "DEs"].map((name, i) =>
      [name, "", i < 3 ? numbers[i] : i === 3 ? sign : numbers[i - 1]] as const
    );
  const { place } = await placesOf(parts("-", "05", "30", "10.50", "12", "20", "30.5"));
  assert.deepEqual(place, [82.54375, -12.341806]);
  const south = await placesOf(parts("-", "06", "40", "00.00", "00", "30", "00.0"));
  assert.deepEqual(south.place, [100, -0.5]);
  const bad = await placesOf(parts("+", "06", "61", "00.00", "00", "30", "00.0"));
  assert.match(bad.rejects[0], /no such angle/);
});

Deno.test("FK4 at B1950 is brought to ICRS, by the column's frame or its name", async () => {
  // 3C 273: 12h29m06.6997s +02d03m08.598s at J2000
  const [ra, dec] = ["12 26 33.246", "+02 19 43.47"];
  for (
    const columns of [
      [["ra", "h:m:s", ra, "FK4 B1950"], ["dec", "d:m:s", dec, "FK4 B1950"]],
      [["RAB1950", "", ra], ["DEB1950", "", dec]],
    ] as const
  ) {
    const { place, notes } = await placesOf(columns);
    assert.ok(separationArcsec(place[0], place[1], 187.2779154, 2.0523883) < 0.5, String(place));
    assert.match(notes.join(), /from FK4 B1950 to ICRS/);
  }
  await assert.rejects(
    placesOf([["ra", "deg", 10, "ecliptic"], ["dec", "deg", 10, "ecliptic"]]),
    /positions are in "ecliptic"; convert them to ICRS/,
  );
});

Deno.test("right ascension and declination win over Galactic coordinates, and it is said", async () => {
  const swapped = await placesOf([
    ...[["ra", "", 250], ["dec", "", -20], ["GLON", "", 17.3263], ["GLAT", "", 358.71]] as const,
  ]);
  assert.deepEqual(swapped.galactic.map((value) => value.toFixed(2)), ["358.71", "17.33"]);
  const wrong = await placesOf([
    ...[["ra", "", 280], ["dec", "", 10], ["GLON", "", 7.0598], ["GLAT", "", 40.5837]] as const,
  ]);
  assert.match(wrong.notes.join(), /GLON, GLAT contradict ra, dec in 1 rows: ra, dec are taken/);
  const alone = await placesOf([["GLON", "", 358.71], ["GLAT", "", 17.3263]]);
  assert.ok(separationArcsec(alone.place[0], alone.place[1], 250, -20) < 30);
});
