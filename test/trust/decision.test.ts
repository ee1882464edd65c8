import assert from "node:assert/strict";
import { CLASSES, fillDerived, HOST_LISTS } from "@csc-classify/chandra-sources";
import {
  calibrate,
  type Circumstances,
  circumstances,
  promises,
  setsOf,
} from "#lib/trust/decision.ts";
import { fitDecision, type HeldOutRows } from "#lib/trust/fit-decision.ts";
import { setRules } from "../scoring/small-pipeline.ts";

const [GALAXIES, CLUSTERS, REGIONS] = HOST_LISTS;
const named = (list: typeof HOST_LISTS[number], name: string) =>
  list.objects.find((object) => object.name === name)!;

function sources(
  places: readonly (readonly [number, number])[],
  columns: Record<string, number[]>,
) {
  const place = {
    ra: Float64Array.from(places, ([ra]) => ra),
    dec: Float64Array.from(places, ([, dec]) => dec),
  };
  return { ...place, matrix: fillDerived(new Map(Object.entries(columns)), place) };
}

Deno.test("the case of a source is by the surveys that have it and by where it lies", () => {
  const { ra, dec } = named(REGIONS, "Orion Nebula"), tuc = CLUSTERS.objects[0];
  const m31 = GALAXIES.objects.find(({ name }) => /M ?31|NGC 224/.test(name))!;
  const far: [number, number] = [200, 80];
  const table = sources([far, far, far, [m31.ra, m31.dec], [tuc.ra, tuc.dec], [ra, dec]], {
    W1: [12, NaN, NaN, NaN, NaN, NaN],
    r_sdss: [NaN, 20, NaN, NaN, NaN, NaN],
  });
  const { surveys, places, lonely, hosts } = circumstances(table);
  assert.deepEqual([...surveys], [0, 1, 2, 2, 2, 2]);
  assert.deepEqual([...places], [0, 0, 0, 1, 0, 2]);
  // absence is bounded in the open and in a region, where galaxies and clusters give reasons
  assert.deepEqual(lonely, [false, false, true, false, false, true]);
  assert.deepEqual(hosts, [undefined, undefined, undefined, m31.name, tuc.name, "Orion Nebula"]);
});

/** `[nRows x 8]` rows that give class 0 and class 1 these shares, the others nothing. */
function table(rows: readonly (readonly [number, number])[]): Float64Array {
  return Float64Array.from(rows.flatMap(([a, b]) => [a, b, 0, 0, 0, 0, 0, 0]));
}

Deno.test("a set holds what reaches the threshold of its case, and always the class named", () => {
  const p = table([[0.7, 0.3], [0.7, 0.3], [0.6, 0.4]]);
  // 0.35 with counterparts, 0.2 with X-rays alone, 0.9 in a galaxy
  const rules = setRules((surveys, place) => place === 1 ? 0.9 : surveys === 2 ? 0.2 : 0.35);
  const sets = setsOf(
    p,
    { surveys: Uint8Array.of(0, 2, 0), places: Uint8Array.of(0, 0, 1) },
    rules,
  );
  const first = [0, 1, 2].map((row) => [...sets.subarray(row * 8, row * 8 + 2)]);
  assert.deepEqual(first, [[1, 0], [1, 1], [1, 0]]);
});

Deno.test("a promise says case, shares held, and the classes of too few sources", () => {
  const rules = setRules(() => 0.5).map((rule) => ({
    ...rule,
    sources: [2000, 39, 40, 0, 0, 0, 0, 0],
    held: [0.954, 1, 0.9, null, null, null, null, null],
  }));
  const [text] = promises(
    { surveys: Uint8Array.of(2), places: Uint8Array.of(1), isPlaced: [true] },
    rules,
  );
  const [unplaced] = promises(
    { surveys: Uint8Array.of(2), places: Uint8Array.of(0), isPlaced: [false] },
    rules,
  );
  assert.equal(unplaced, "X-rays alone, position not known: nothing is promised");
  assert.equal(
    text,
    "X-rays alone, in a nearby galaxy: held AGN 95 %, YSO 90 %; too few to say: STAR (39), " +
      "HMXB (0), LMXB (0), ULX (0), CV (0), PULSAR (0)",
  );
});

const RECIPE = { calibrated: false, limits: false, coverage: 0.95 };

/** Rows of class 1, each given a share by hand while class 0 is named, in one place of the sky. */
function heldOut(shares: readonly number[], surveys: number, places: readonly number[]) {
  const where: Circumstances = {
    hosts: shares.map(() => undefined),
    surveys: Uint8Array.from(shares, () => surveys),
    places: Uint8Array.from(places),
    isPlaced: shares.map(() => true),
    lonely: shares.map(() => false),
  };
  return {
    given: table(shares.map((share) => [1 - share, share])),
    labels: new Int32Array(shares.length).fill(1),
    circumstances: where,
    matrix: { values: new Float64Array(), nRows: shares.length, nColumns: 0, names: [] },
  } satisfies HeldOutRows;
}

Deno.test("a place that the usual threshold holds too little of has one of its own", () => {
  // 160 sources in the open are given 0.4 to 0.2, 40 in galaxies 0.2 to 0.1
  const open = Array.from({ length: 160 }, (_, i) => 0.4 - 0.2 * i / 160);
  const inside = Array.from({ length: 40 }, (_, i) => 0.2 - 0.1 * i / 40);
  const places = [...open.map(() => 0), ...inside.map(() => 1)];
  const rows = heldOut([...open, ...inside], 0, places);
  const { sets } = fitDecision(rows, places.map(() => true), undefined, RECIPE);
  // rank 0.95 x 201 = 190.95 of 200: the 30th and 31st in galaxies, 0.1275 and 0.125
  const usual = 0.1275 + 0.95 * (0.125 - 0.1275);
  assert.ok(Math.abs(sets[0].thresholds[1] - usual) < 1e-12, String(sets[0].thresholds[1]));
  // there 30 of 40 are held, below 0.9: rank 0.9 x 41 = 36.9, the 36th and 37th
  const own = 0.1125 + 0.9 * (0.11 - 0.1125);
  assert.ok(Math.abs(sets[1].thresholds[1] - own) < 1e-12, String(sets[1].thresholds[1]));
  assert.deepEqual([sets[0].sources[1], sets[1].sources[1], sets[2].sources[1]], [160, 40, 0]);
  assert.deepEqual([sets[0].held[1], sets[1].held[1], sets[2].held[1]], [1, 0.9, null]);
  // a class without any source enters every set
  assert.equal(sets[0].thresholds[2], 0);
});

Deno.test("copies that lost their surveys set the thresholds of sources like them, not of others", () => {
  const shares = Array.from({ length: 100 }, (_, i) => 0.4 - 0.1 * i / 100);
  const rows = heldOut(shares, 0, shares.map(() => 0));
  const bare = heldOut(shares.map((share) => share / 2), 2, shares.map(() => 0));
  const copies = { ...bare, parent: Int32Array.from(shares.keys()) };
  const { sets } = fitDecision(rows, shares.map(() => true), copies, RECIPE);
  const [known, , alone] = [0, 3, 6].map((rule) => sets[rule].thresholds[1]);
  assert.ok(Math.abs(known - 2 * alone) < 1e-12, `${known} ${alone}`);
  assert.equal(sets[6].sources[1], 100);
});

Deno.test("a source whose label is not settled decides nothing", () => {
  const shares = Array.from({ length: 60 }, (_, i) => 0.4 - 0.1 * i / 60);
  const rows = heldOut([...shares, 0.01, 0.01, 0.01, 0.01], 0, new Array(64).fill(0));
  const of = (settled: boolean) =>
    fitDecision(rows, [...shares.map(() => true), ...new Array(4).fill(settled)], undefined, RECIPE)
      .sets[0];
  assert.deepEqual([of(false).sources[1], of(true).sources[1]], [60, 64]);
  assert.ok(of(false).thresholds[1] > 0.3 && of(true).thresholds[1] < 0.1);
});

Deno.test("limits of a host make a second table of probabilities and leave the first alone", () => {
  const names = ["galaxy_in", "galaxy_type", "galaxy_log_lx", "galaxy_log_distance"];
  // an elliptical at 10 Mpc: no HMXB
  const values = Float64Array.of(1, -5, 38, 1);
  const given = new Float64Array(8).fill(0.1);
  given[CLASSES.indexOf("HMXB")] = 0.3;
  const plain = CLASSES.map(() => 1);
  const { free, limited, isLimited } = calibrate(
    given,
    { lonely: [false] },
    { values, nRows: 1, nColumns: 4, names: [...names] },
    { powers: plain, mostFromAbsence: 1, limitedPowers: plain },
  );
  assert.deepEqual(isLimited, [true]);
  assert.ok(Math.abs(free[CLASSES.indexOf("HMXB")] - 0.3) < 1e-12);
  assert.ok(Math.abs(limited[CLASSES.indexOf("HMXB")] - 0.3 * 0.02) < 1e-12);
});
