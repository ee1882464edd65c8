import assert from "node:assert/strict";
import { fxy2tu, nside2npix, tu2za } from "@hscmap/healpix";
import { random } from "#lib/run/random.ts";
import { ellipseRadius, THREE_SIGMA_PER_95 } from "#lib/sky/cross-match.ts";
import {
  fromGalactic,
  positionAngleDeg,
  separationArcsec,
  toGalactic,
} from "#lib/sky/positions.ts";
import { parseDec, parseRa } from "#lib/sky/sexagesimal.ts";
import { skyCells } from "#lib/sky/sky-cells.ts";
import { formatDec, formatRa } from "#tools/explorer/page/format.ts";

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

Deno.test("sexagesimal positions are read in the usual notations", () => {
  near(parseRa("05 35 17.3"), 83.8220833333, 1e-9);
  assert.equal(parseRa("05:35:17.3"), parseRa("05h35m17.3s"));
  near(parseDec("-00 30 00"), -0.5, 1e-12);
  near(parseDec("-05d23m28.0s"), -5.3911111111, 1e-9);
  near(parseRa("13 39 60.0"), 205, 1e-12);
});

Deno.test("what is not a sexagesimal position is refused with the text in the message", () => {
  assert.throws(() => parseRa("83.82"), /"83.82" is not a position/);
  assert.throws(() => parseRa("24 00 00"), /"24 00 00"/);
  assert.throws(() => parseDec("10 61 00"), /"10 61 00"/);
  assert.throws(() => parseDec("-90 00 01"), /beyond 90/);
});

Deno.test("rounding up never writes 60 seconds and positions survive the round trip", () => {
  assert.equal(formatRa(359.9999999), "00:00:00.000");
  assert.equal(formatDec(-0.0000001), "-00:00:00.00");
  assert.equal(formatDec(9.99999999), "+10:00:00.00");
  const stream = random(3, "sexagesimal");
  for (let i = 0; i < 500; i++) {
    const ra = 360 * stream.uniform(), dec = 180 * stream.uniform() - 90;
    near(parseRa(formatRa(ra, 6)), ra, 1e-8);
    near(parseDec(formatDec(dec, 5)), dec, 1e-8);
  }
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
