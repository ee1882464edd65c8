import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { crossMatch, type CrossMatchOptions } from "../cross-match.ts";
import { type Positions, separationArcsec } from "../positions.ts";

const ARCSEC = 1 / 3600;

function pairs(first: [number, number][], second: [number, number][], options: CrossMatchOptions) {
  const found = crossMatch(toPositions(first), toPositions(second), options);
  return Array.from(found.first, (row, i) => [row, found.second[i]]);
}

function toPositions(list: [number, number][]): Positions {
  return { ra: list.map(([ra]) => ra), dec: list.map(([, dec]) => dec) };
}

Deno.test("the nearest of two neighbours wins and a source beyond the radius has none", () => {
  const second: [number, number][] = [[10, 0.9 * ARCSEC], [10, -0.4 * ARCSEC], [50, 0]];
  assert.deepEqual(pairs([[10, 0], [10, 5]], second, { radiusArcsec: 1 }), [[0, 1]]);
});

Deno.test("equally near neighbours go to the lower row and duplicates each get their pair", () => {
  const first: [number, number][] = [[120, -30], [120, -30]];
  const second: [number, number][] = [[5, 5], [120, -30], [120, -30]];
  assert.deepEqual(pairs(first, second, { radiusArcsec: 1 }), [[0, 1], [1, 1]]);
  assert.deepEqual(pairs(first, second, { radiusArcsec: 1, find: "all" }), [
    [0, 1],
    [0, 2],
    [1, 1],
    [1, 2],
  ]);
});

Deno.test("neighbours are found across RA = 0 and on both sides of a pole", () => {
  const seam: [number, number][] = [[359.9999, 10], [0.0001, 10], [-0.0001, 10], [360.0001, 10]];
  assert.equal(pairs(seam, seam, { radiusArcsec: 0.8, find: "all" }).length, 16);
  const pole = 90 - 0.3 * ARCSEC;
  const cap: [number, number][] = [[0, pole], [180, pole], [90, 90], [77, pole]];
  assert.equal(pairs(cap, cap, { radiusArcsec: 0.61, find: "all" }).length, 16);
  const south = cap.map(([ra, dec]): [number, number] => [ra, -dec]);
  assert.equal(pairs(south, south, { radiusArcsec: 0.61, find: "all" }).length, 16);
});

Deno.test("a missing position matches nothing and a wrong one is refused by its row", () => {
  assert.deepEqual(pairs([[NaN, 0], [1, 1]], [[1, 1], [NaN, NaN]], { radiusArcsec: 1 }), [[1, 0]]);
  assert.deepEqual(pairs([[1, 1]], [], { radiusArcsec: 1 }), []);
  assert.throws(() => pairs([[0, 0], [0, 91]], [[0, 0]], { radiusArcsec: 1 }), /position 1.*91/);
  assert.throws(() => pairs([[0, 0]], [[0, 0]], { radiusArcsec: 0 }), /radiusArcsec is 0/);
});

Deno.test("every pair that a search of all combinations finds is found, at any radius", () => {
  for (const [round, radiusArcsec] of [1, 30, 4000, 100_000, 400_000].entries()) {
    const stream = random(7, "cross-match", round);
    const place = (): [number, number] => {
      const spread = Math.min(90, radiusArcsec / 900);
      // a third around each pole and a third around RA = 0, where matchers go wrong
      const kind = stream.integer(3), along = 2 * stream.uniform() - 1;
      if (kind < 2) {
        return [360 * stream.uniform(), (kind ? 1 : -1) * (90 - spread * Math.abs(along))];
      }
      return [spread * along, spread * (2 * stream.uniform() - 1)];
    };
    const first = Array.from({ length: 150 }, place), second = Array.from({ length: 200 }, place);
    const expected: number[][] = [];
    first.forEach(([ra, dec], row) => {
      const near = second.map(([ra2, dec2], index) => ({
        index,
        separation: separationArcsec(ra, dec, ra2, dec2),
      })).filter(({ separation }) => separation <= radiusArcsec);
      near.sort((p, q) => p.separation - q.separation || p.index - q.index);
      expected.push(...near.map(({ index }) => [row, index]));
    });
    assert.ok(expected.length > 50, `only ${expected.length} pairs at ${radiusArcsec} arcsec`);
    assert.deepEqual(pairs(first, second, { radiusArcsec, find: "all" }), expected);
  }
});
