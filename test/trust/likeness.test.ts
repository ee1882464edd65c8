import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { withAddedFeatures } from "#lib/tables/added-features.ts";
import { CLASSES, fillDerived } from "@csc-classify/chandra-sources";
import { takeSources } from "@csc-classify/chandra-sources/files";
import { learnLikeness, likenessJudge } from "#lib/trust/likeness.ts";

// forty faint hard sources of class 0 and forty bright soft ones with optical counterparts of class 1
const stream = random(1, "likeness test");
const rows = [...Array(80).keys()], isFaint = (row: number) => row < 40;
const place = {
  ra: Float64Array.from(rows, (row) => 4 * row),
  dec: Float64Array.from(rows, () => 60),
};
const noise = () => 1 + 0.1 * stream.uniform();
const table = {
  origin: { kind: "table" as const, description: "two kinds", sha256: "" },
  names: rows.map(String),
  ...place,
  matrix: fillDerived(
    new Map<string, number[]>([
      ["flux_b", rows.map((row) => noise() * (isFaint(row) ? 1e-15 : 1e-13))],
      ["flux_h", rows.map((row) => noise() * (isFaint(row) ? 8e-16 : 1e-14))],
      ["flux_s", rows.map((row) => noise() * (isFaint(row) ? 1e-16 : 8e-14))],
      ["G", rows.map((row) => isFaint(row) ? NaN : 12 * noise())],
    ]),
    place,
  ),
};
const labels = Int32Array.from(rows, (row) => isFaint(row) ? 0 : 1);
const matrix = withAddedFeatures(table).matrix;
const reference = learnLikeness(matrix, labels, 7);

Deno.test("a source among its like has a likeness of 1 to their class and 0 to the other", () => {
  const both = withAddedFeatures(takeSources(table, [3, 3])).matrix;
  const [right, wrong] = likenessJudge(reference)(both, Int32Array.of(0, 1));
  assert.deepEqual(right, {
    score: 1,
    reason: "of the 20 labelled sources most like it 20 are AGN",
  });
  assert.equal(wrong.score, 0);
});

Deno.test("the reference survives JSON, and a source without any value still has neighbours", () => {
  const again = JSON.parse(JSON.stringify(reference));
  assert.deepEqual(likenessJudge(again)(matrix, labels), likenessJudge(reference)(matrix, labels));
  const nothing = { ...table, matrix: fillDerived(new Map(), place) };
  const [{ score, reason }] = likenessJudge(reference)(withAddedFeatures(nothing).matrix, labels);
  assert.ok(score > 0.5, "without a counterpart, it is more like the faint ones");
  assert.match(reason, /^of the 20 labelled sources most like it \d+ are AGN/);
});

const COLUMNS = [
  ...["flux_b", "hr_hs", "hr_ms", "hr_hm", "log_x_G", "log_x_W1", "log_x_J"],
  ...["Bp_Rp", "J_H", "W1_W2", "G_W1", "H_Ks", "W2_W3"],
  ...["abs_b", "log_dust", "galaxy_in", "region_in", "cluster_in"],
];
/** Rows of the compared columns: the given ones, 0 in the others. */
const compared = (given: readonly Record<string, number>[]) => ({
  values: Float64Array.from(given.flatMap((row) => COLUMNS.map((name) => row[name] ?? 0))),
  ...{ nRows: given.length, nColumns: COLUMNS.length, names: COLUMNS },
});
/** Quantiles by which a whole number from 0 to 200 is its own rank. */
const quantiles = COLUMNS.map(() => Array.from({ length: 201 }, (_, i) => i));
/** A reference of sources of the given class and ranks, 255 for no value; 0 in other columns. */
const referenceOf = (
  sources: readonly (readonly [label: number, ranks: Record<string, number>])[],
) => ({
  quantiles,
  ranks: sources.flatMap(([, ranks]) => COLUMNS.map((name) => ranks[name] ?? 0)),
  labels: sources.map(([label]) => label),
});
const AGN = 0, STAR = 1, YSO = 2;

Deno.test("of 24 labelled sources the 20 nearest are asked, in words and as a share", () => {
  // at distances 1 to 24 in one column: every third of 1 to 20 is a STAR (6), two are YSOs
  const classOf = (n: number) => n > 20 ? YSO : n === 1 || n === 2 ? YSO : n % 3 === 0 ? STAR : AGN;
  const sources = Array.from({ length: 24 }, (_, i) => 24 - i)
    .map((n) => [classOf(n), { abs_b: 100 + n }] as const);
  const given = compared([{ abs_b: 100 }, { abs_b: 100 }]);
  const [agn, star] = likenessJudge(referenceOf(sources))(given, Int32Array.of(AGN, STAR));
  assert.deepEqual(agn, {
    score: 12 / 20,
    reason: "of the 20 labelled sources most like it 12 are AGN, 6 STAR, 2 YSO",
  });
  assert.equal(star.score, 6 / 20);
});

Deno.test("of equally near sources the first are asked, and the last makes room for a nearer one", () => {
  const far = { abs_b: 9 };
  const ties = [...Array.from({ length: 20 }, () => [AGN, far] as const), [STAR, far] as const];
  const all = likenessJudge(referenceOf(ties))(compared([{}]), Int32Array.of(AGN));
  assert.equal(all[0].reason, "of the 20 labelled sources most like it 20 are AGN");
  const last = [...ties.slice(0, 19), [YSO, far], [STAR, { abs_b: 1 }]] as const;
  const [{ reason }] = likenessJudge(referenceOf(last))(compared([{}]), Int32Array.of(AGN));
  assert.equal(reason, "of the 20 labelled sources most like it 19 are AGN, 1 STAR");
});

Deno.test("the class of most comes first in words", () => {
  const sources = [[AGN, {}], [STAR, {}], [STAR, {}], [YSO, {}], [YSO, {}], [YSO, {}]] as const;
  const [{ reason }] = likenessJudge(referenceOf(sources))(compared([{}]), Int32Array.of(AGN));
  assert.equal(reason, "of the 6 labelled sources most like it 3 are YSO, 2 STAR, 1 AGN");
});

Deno.test("a lone source most like another is told in the singular, all of few are asked", () => {
  const few = referenceOf([[YSO, { abs_b: 3 }]]);
  const [one] = likenessJudge(few)(compared([{ abs_b: 190 }]), Int32Array.of(YSO));
  assert.deepEqual(one, { score: 1, reason: "of the 1 labelled sources most like it 1 is YSO" });
});

/** Of two labelled sources, an AGN and then a STAR, 19 times each, how many of the nearest 20 are AGN. */
const nearer = (
  agn: Record<string, number>,
  star: Record<string, number>,
  own: Record<string, number>,
) => {
  const times = (label: number, ranks: Record<string, number>) =>
    Array.from({ length: 20 }, () => [label, ranks] as const);
  const reference = referenceOf([...times(STAR, star), ...times(AGN, agn)]);
  return likenessJudge(reference)(compared([own]), Int32Array.of(AGN))[0].score;
};

Deno.test("the distance is Euclidean in ranks, over all columns", () => {
  // sqrt(3^2 + 4^2) = 5 is less than 6, more than 4.9 would be
  assert.equal(nearer({ flux_b: 13, cluster_in: 4 }, { hr_hs: 6 }, { flux_b: 10, hr_hs: 0 }), 1);
  assert.equal(nearer({ flux_b: 13, cluster_in: 4 }, { flux_b: 10, hr_hs: 4 }, { flux_b: 10 }), 0);
  // the difference counts, not its sign
  assert.equal(nearer({ flux_b: 7 }, { flux_b: 14 }, { flux_b: 10 }), 1);
  assert.equal(nearer({ flux_b: 14 }, { flux_b: 7 }, { flux_b: 10 }), 0);
});

Deno.test("a value and none are half the range apart, two without one are alike", () => {
  assert.equal(nearer({ G_W1: 255 }, { G_W1: 99 }, { G_W1: 0 }), 0); // 100 against 99
  assert.equal(nearer({ G_W1: 255 }, { G_W1: 101 }, { G_W1: 0 }), 1); // 100 against 101
  assert.equal(nearer({ G_W1: 255 }, { G_W1: 0 }, { G_W1: NaN }), 1);
  assert.equal(nearer({ G_W1: 255, flux_b: 101 }, { G_W1: 0 }, { G_W1: NaN }), 0);
});

Deno.test("a value has the rank of the first quantile that is not below it", () => {
  const nearest = (own: number, agn: number, star: number) =>
    nearer({ abs_b: agn }, { abs_b: star }, { abs_b: own });
  assert.equal(nearest(7, 7, 8), 1);
  assert.equal(nearest(7.5, 8, 7), 1);
  assert.equal(nearest(6.9, 7, 6), 1);
  assert.equal(nearest(1e9, 200, 199), 1);
  assert.equal(nearest(-5, 0, 1), 1);
  assert.equal(nearest(199.5, 200, 199), 1);
  assert.equal(nearest(100.5, 101, 100), 1);
});

Deno.test("quantiles are those of the values there are, and at most 2,000 sources are kept", () => {
  const three = compared([{ abs_b: 30 }, { abs_b: 10.123456789 }, { abs_b: 20 }, { abs_b: NaN }]);
  for (let row = 0; row < 4; row++) three.values[row * COLUMNS.length] = NaN; // no flux at all
  const learnt = learnLikeness(three, Int32Array.of(0, 1, 2, 3), 1);
  const b = learnt.quantiles[COLUMNS.indexOf("abs_b")];
  // the i-th of 200 is the value of place i / 100 among three, rounded
  assert.equal(b.length, 201);
  assert.deepEqual([0, 49, 50, 149, 150, 200].map((i) => b[i]), [10.1235, 10.1235, 20, 20, 30, 30]);
  assert.deepEqual([...new Set(learnt.quantiles[0])], [0]);
  // ranks of the rows by label: the first quantile not below 30, 10.12..., 20, and none
  const rank = (label: number) =>
    learnt.ranks[learnt.labels.indexOf(label) * COLUMNS.length + COLUMNS.indexOf("abs_b")];
  assert.deepEqual([0, 1, 2, 3].map(rank), [150, 0, 50, 255]);
  const many = compared(Array.from({ length: 2100 }, (_, i) => ({ abs_b: i })));
  const sample = learnLikeness(many, new Int32Array(2100), 1);
  assert.equal(sample.labels.length, 2000);
  assert.equal(sample.ranks.length, 2000 * COLUMNS.length);
});

/** The classes of the 20 nearest as they are defined: all distances, sorted, then by place. */
const nearestByScan = (
  { ranks, labels }: ReturnType<typeof referenceOf>,
  own: readonly number[],
): number[] => {
  const n = COLUMNS.length;
  const squares = labels.map((_, row) =>
    own.reduce((sum, a, c) => {
      const b = ranks[row * n + c];
      return sum + (a === b ? 0 : a === 255 || b === 255 ? 100 : a - b) ** 2;
    }, 0)
  );
  return [...labels.keys()].sort((a, b) => squares[a] - squares[b] || a - b).slice(0, 20)
    .map((row) => labels[row]);
};

Deno.test("the nearest found by groups are those of a scan of all, ties and missing values too", () => {
  const stream = random(2, "likeness by groups");
  for (let round = 0; round < 60; round++) {
    // few values, so that many distances are equal; more and fewer missing ones; far apart or not
    const [kinds, step] = [2 + stream.integer(6), 1 + stream.integer(40)], none = stream.uniform();
    const drawn = () => stream.uniform() < none ** 2 ? 255 : step * stream.integer(kinds) % 201;
    const sources = Array.from(
      { length: 1 + stream.integer(300) },
      () =>
        [stream.integer(8), Object.fromEntries(COLUMNS.map((name) => [name, drawn()]))] as const,
    );
    const given = Array.from({ length: 20 }, () => COLUMNS.map(drawn));
    const matrix = {
      values: Float64Array.from(given.flat(), (rank) => rank === 255 ? NaN : rank),
      ...{ nRows: given.length, nColumns: COLUMNS.length, names: COLUMNS },
    };
    const known = referenceOf(sources), named = Int32Array.from(given, () => stream.integer(8));
    likenessJudge(known)(matrix, named).forEach(({ score, reason }, row) => {
      const classes = nearestByScan(known, given[row]);
      assert.equal(score, classes.filter((label) => label === named[row]).length / classes.length);
      CLASSES.forEach((name, label) => {
        const count = classes.filter((one) => one === label).length;
        assert.equal(Number(new RegExp(`(\\d+)( is| are)? ${name}`).exec(reason)?.[1] ?? 0), count);
      });
    });
  }
});
