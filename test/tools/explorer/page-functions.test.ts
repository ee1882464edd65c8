import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { parseDec, parseRa } from "@csc-classify/vo-tables";
import { formatDec, formatRa } from "#tools/explorer/page/format.ts";
import { fromAitoff, toAitoff } from "#tools/explorer/page/aitoff.ts";
import { parsePosition } from "#tools/explorer/page/parse-position.ts";

function near(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

Deno.test("a position is understood in degrees and in every usual sexagesimal notation", () => {
  const andromeda = { ra: (42 * 60 + 44.3) / 240, dec: 41 + 16 / 60 + 9 / 3600 };
  for (
    const text of [
      "00:42:44.3 +41:16:09",
      "00 42 44.3 +41 16 09",
      "00:42:44.3, 41:16:09",
      "00h42m44.3s +41d16m09s",
      "00 42 44.3 41 16 09",
      `${andromeda.ra} ${andromeda.dec}`,
      `${andromeda.ra}, +${andromeda.dec}`,
    ]
  ) {
    const { ra, dec } = parsePosition(text);
    near(ra, andromeda.ra);
    near(dec, andromeda.dec);
  }
  assert.deepEqual(parsePosition("83.633 -5.39"), { ra: 83.633, dec: -5.39 });
  assert.deepEqual(parsePosition("83.633 −5.39"), { ra: 83.633, dec: -5.39 });
});

Deno.test("what is no position is refused with the text and an example", () => {
  assert.throws(() => parsePosition("M 31"), /M 31/);
  assert.throws(() => parsePosition(""), /try 10.684/);
  assert.throws(() => parsePosition("400 10"), /right ascension in “400 10” is not 0–360°/);
  assert.throws(() => parsePosition("10 95"), /declination in “10 95” is beyond ±90°/);
});

Deno.test("the Aitoff map has the centre at 0, longitude growing leftwards and the poles on top", () => {
  assert.deepEqual(toAitoff(0, 0).map(Math.abs), [0, 0]);
  near(toAitoff(180, 0)[0], -2);
  near(toAitoff(180.0000001, 0)[0], 2, 1e-6);
  near(toAitoff(0, 90)[1], 1);
  // l = 90, b = 0: alpha = 45 deg, x = -2 sin(45) * (pi/4 / sin(45)) * 2 / pi = -1
  near(toAitoff(90, 0)[0], -1);
});

Deno.test("a point of the map goes back to its position", () => {
  for (const [l, b] of [[0, 0], [10, 5], [123.4, -45.6], [200, 80], [350, -85], [179, 1]]) {
    const back = fromAitoff(...toAitoff(l, b))!;
    near(back.l, l, 1e-6);
    near(back.b, b, 1e-6);
  }
  assert.equal(fromAitoff(1.9, 0.9), undefined);
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
