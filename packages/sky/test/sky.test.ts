import assert from "node:assert/strict";
import { fxy2tu, nside2npix, tu2za } from "@hscmap/healpix";
import { random } from "@csc-classify/forests";
import { ellipseRadius, THREE_SIGMA_PER_95 } from "../cross-match.ts";
import {
  fromGalactic,
  positionAngleDeg,
  separationArcsec,
  toGalactic,
  toVectors,
} from "../positions.ts";
import { skyCells } from "../sky-cells.ts";

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

Deno.test("separations are right when tiny, a quarter turn and half a turn", () => {
  near(separationArcsec(10, 60, 10 + 1 / 3600, 60), 0.5, 1e-9);
  near(separationArcsec(0, 0, 90, 0), 90 * 3600, 1e-6);
  near(separationArcsec(30, 40, 210, -40), 180 * 3600, 1e-6);
  assert.equal(separationArcsec(1, 2, 1, 2), 0);
  assert.ok(Number.isNaN(separationArcsec(NaN, 2, 1, 2)));
});

Deno.test("position angles run from north through east", () => {
  near(positionAngleDeg(10, 0, 10, 1), 0, 1e-9);
  near(positionAngleDeg(10, 0, 11, 0), 90, 1e-9);
  near(positionAngleDeg(10, 0, 10, -1), 180, 1e-9);
  near(positionAngleDeg(359.5, 0, 0.5, 0), 90, 1e-9);
});

Deno.test("the Galactic pole and centre lie where they should, and there is a way back", () => {
  near(toGalactic(192.85948, 27.12825).b, 90, 1e-5);
  const centre = fromGalactic(0, 0);
  near(centre.ra, 266.404988, 2e-5);
  near(centre.dec, -28.936175, 1e-5);
  const { l, b } = toGalactic(83.82208, -5.39111);
  const back = fromGalactic(l, b);
  near(back.ra, 83.82208, 1e-11);
  near(back.dec, -5.39111, 1e-11);
});

Deno.test("cells tile the sky, all of one area, at resolutions that are no power of two", () => {
  const nside = 59; // of 58.6 cells of one degree in a right angle of equal area
  near(41252.96 / nside2npix(nside), 1, 0.02);
  const centres = Array.from({ length: nside2npix(nside) }, (_, cell) => {
    const base = Math.floor(cell / nside ** 2), y = Math.floor(cell / nside) % nside;
    const { t, u } = fxy2tu(nside, base, cell % nside, y);
    const { z, a } = tu2za(t, u);
    return { ra: a * 180 / Math.PI, dec: Math.asin(z) * 180 / Math.PI };
  });
  const cells = skyCells(centres.map(({ ra }) => ra), centres.map(({ dec }) => dec), 1);
  assert.deepEqual([...cells], centres.map((_, cell) => cell));
  const stream = random(5, "cells"), counts = new Map<number, number>();
  const ra = Float64Array.from({ length: 48_000 }, () => 360 * stream.uniform());
  const dec = ra.map(() => Math.asin(2 * stream.uniform() - 1) * 180 / Math.PI);
  for (const cell of skyCells(ra, dec, 30)) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  assert.equal(counts.size, 48);
  // 1000 expected in each cell: five standard deviations are 158
  for (const count of counts.values()) near(count, 1000, 158);
});

Deno.test("a cell does not depend on how the right ascension is wound, and NaN is refused", () => {
  assert.deepEqual(skyCells([-10, 350], [5, 5], 1)[0], skyCells([-10, 350], [5, 5], 1)[1]);
  assert.throws(() => skyCells([1, NaN], [0, 0], 1), /position 1/);
  assert.throws(() => skyCells([1], [0], 0), /sizeDeg is 0/);
});

Deno.test("an error ellipse reaches as far as its axes along and across, wherever it points", () => {
  const here = { ra: 120, dec: 60 };
  const there = (east: number, north: number) => ({
    ra: here.ra + east / 3600 / Math.cos(here.dec * Math.PI / 180),
    dec: here.dec + north / 3600,
  });
  const ellipse = { major: 2, minor: 1, angleDeg: 90 };
  near(ellipseRadius(here, there(2, 0), ellipse), 1, 1e-4);
  near(ellipseRadius(here, there(0, 1), ellipse), 1, 1e-4);
  near(ellipseRadius(here, there(0, -3), ellipse), 3, 1e-4);
  const tilted = { ...ellipse, angleDeg: 45 };
  near(ellipseRadius(here, there(Math.SQRT2, Math.SQRT2), tilted), 1, 1e-4);
  near(ellipseRadius(here, there(Math.SQRT2, -Math.SQRT2), tilted), 2, 1e-4);
  // 1 arcsec widened by sqrt(3) is 2
  near(ellipseRadius(here, there(0, 2), ellipse, Math.sqrt(3)), 1, 1e-4);
  assert.ok(Number.isNaN(ellipseRadius(here, { ra: NaN, dec: 0 }, ellipse)));
  near(THREE_SIGMA_PER_95, 1.2256, 1e-4);
});

Deno.test("a source that moves counts where it comes nearest within its years", () => {
  const here = { ra: 120, dec: 60 };
  const there = (east: number, north: number) => ({
    ra: here.ra + east / 3600 / Math.cos(here.dec * Math.PI / 180),
    dec: here.dec + north / 3600,
  });
  const upright = { major: 2, minor: 1, angleDeg: 0 };
  type Case = [
    at: [number, number],
    motion: [number, number],
    years: [number, number],
    radius: number,
  ];
  const cases: Case[] = [
    [[0, 4], [0, -1], [0, 2], 1], // 2 of 2 arcsec are left
    [[0, 4], [0, -1], [0, 10], 0], // it passes the middle in year 4
    [[0, 4], [0, -1], [-5, 0], 2], // it came from farther out
    [[0, 4], [0, 1], [-2, 0], 1],
    [[0, 4], [0, 0], [0, 9], 2],
    [[3, 0], [-1, 0], [0, 2], 1], // along the minor axis
    [[3, 4], [0, -1], [0, 9], 3], // it passes 3 minor axes to the east
    [[1, 4], [-1, -4], [0, 1], 0],
    [[1, 4], [-0.5, -2], [0, 1], Math.hypot(0.5, 1)],
  ];
  const angles: [number, (east: number, north: number) => [number, number]][] = [
    [0, (east, north) => [east, north]],
    // a turn by 90 degrees from north to east takes north to east and east to south
    [90, (east, north) => [north, -east]],
    [30, (east, north) => [
      east * Math.cos(Math.PI / 6) + north * Math.sin(Math.PI / 6),
      north * Math.cos(Math.PI / 6) - east * Math.sin(Math.PI / 6),
    ]],
  ];
  for (const [angleDeg, turn] of angles) {
    for (const [at, motion, years, radius] of cases) {
      const [east, north] = turn(...motion);
      const found = ellipseRadius(here, there(...turn(...at)), { ...upright, angleDeg }, 0, {
        ...{ east, north, years },
      });
      assert.ok(Math.abs(found - radius) < 1e-3, `${angleDeg}: ${[...at, ...motion]}: ${found}`);
    }
  }
});

Deno.test("positions are unit vectors, three numbers each", () => {
  const places = { ra: [0, 90, 180, 30, 123], dec: [0, 0, 0, 60, -90] };
  const expected = [
    ...[1, 0, 0, 0, 1, 0, -1, 0, 0],
    // cos 60 cos 30, cos 60 sin 30, sin 60
    ...[Math.sqrt(3) / 4, 1 / 4, Math.sqrt(3) / 2],
    ...[0, 0, -1],
  ];
  const vectors = toVectors(places);
  assert.equal(vectors.length, 15);
  expected.forEach((value, i) => assert.ok(Math.abs(vectors[i] - value) < 1e-15, `${i}`));
  assert.ok(toVectors({ ra: [NaN], dec: [1] }).some(isNaN));
});
