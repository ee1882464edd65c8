import assert from "node:assert/strict";
import { blockedFolds, rowsOfFold, stratifiedFolds } from "#lib/validation/folds.ts";
import { random } from "@csc-classify/forests";

const labels = Int32Array.from({ length: 103 }, (_, row) => row < 80 ? 0 : row < 100 ? 1 : 2);

Deno.test("stratified folds spread every class evenly and differ in size by one at most", () => {
  const fold = stratifiedFolds(labels, 10, 1);
  const count = (which: number, label: number) =>
    fold.filter((f, row) => f === which && labels[row] === label).length;
  for (let which = 0; which < 10; which++) {
    assert.equal(count(which, 0), 8);
    assert.equal(count(which, 1), 2);
    const size = fold.filter((f) => f === which).length;
    assert.ok(size === 10 || size === 11);
  }
});

Deno.test("stratified folds repeat with the seed and change with it", () => {
  assert.deepEqual(stratifiedFolds(labels, 5, 7), stratifiedFolds(labels, 5, 7));
  assert.notDeepEqual(stratifiedFolds(labels, 5, 7), stratifiedFolds(labels, 5, 8));
});

Deno.test("every row is as likely to fall into any fold", () => {
  const counts = new Array(5).fill(0);
  for (let seed = 0; seed < 2000; seed++) counts[stratifiedFolds(labels, 5, seed)[0]]++;
  // binomial sigma = sqrt(2000 * 0.2 * 0.8) = 17.9; 4.5 sigma either way
  for (const count of counts) assert.ok(Math.abs(count - 400) < 80, `${counts}`);
});

Deno.test("blocked folds keep every group whole and the classes balanced", () => {
  const stream = random(3, "groups");
  const many = Int32Array.from({ length: 2000 }, (_, row) => row % 4 === 0 ? 1 : 0);
  const groups = Int32Array.from(many, () => stream.integer(200));
  const fold = blockedFolds(many, groups, 5, 1);
  const foldOfGroup = new Map<number, number>();
  groups.forEach((group, row) => {
    assert.equal(foldOfGroup.get(group) ?? fold[row], fold[row]);
    foldOfGroup.set(group, fold[row]);
  });
  for (let which = 0; which < 5; which++) {
    const rare = fold.filter((f, row) => f === which && many[row] === 1).length;
    assert.ok(rare >= 90 && rare <= 110, `fold ${which} has ${rare} of 500 rare rows`);
  }
});

Deno.test("groups go to folds largest first, each where it evens the shares of its classes most", () => {
  /** Rows of groups of a class and a size, given in this order. */
  const rowsOf = (groups: readonly (readonly [label: number, size: number])[]) => ({
    labels: Int32Array.from(groups.flatMap(([label, size]) => new Array(size).fill(label))),
    groups: Int32Array.from(groups.flatMap(([, size], group) => new Array(size).fill(group))),
  });
  const foldsOf = (given: readonly (readonly [label: number, size: number])[], seed: number) => {
    const { labels, groups } = rowsOf(given), fold = blockedFolds(labels, groups, 2, seed);
    return given.map((_, group) => fold[groups.indexOf(group)]);
  };
  for (let seed = 0; seed < 20; seed++) {
    // 4 to the first, 3 to the other, 2 to that one (5 against 4), 1 to the first
    assert.deepEqual(foldsOf([[0, 1], [0, 2], [0, 3], [0, 4]], seed), [0, 1, 1, 0]);
    // 6 of the second class to the first; 4 of the first class evens nothing, so to the first fold
    // too; 3 of that class to the other, however many of the second class the first fold has
    assert.deepEqual(foldsOf([[0, 3], [1, 6], [0, 4]], seed), [1, 0, 0]);
  }
});

Deno.test("classes are dealt in their order, whichever a table begins with", () => {
  // the first class has three rows in both, which take the first three folds by the same lot
  const first = stratifiedFolds(Int32Array.of(0, 0, 0, 1, 1), 5, 3);
  const last = stratifiedFolds(Int32Array.of(1, 1, 0, 0, 0), 5, 3);
  assert.deepEqual(last.subarray(2), first.subarray(0, 3));
  assert.deepEqual([...first.subarray(0, 3)].sort(), [0, 1, 2]);
  assert.deepEqual([...last.subarray(0, 2)].sort(), [3, 4]);
});

Deno.test("two folds, and as many as there are rows, are possible", () => {
  assert.deepEqual([...stratifiedFolds(Int32Array.of(0, 0), 2, 1)].sort(), [0, 1]);
  assert.deepEqual([...stratifiedFolds(Int32Array.of(0, 1, 0), 3, 1)].sort(), [0, 1, 2]);
});

Deno.test("the rows to fit and the rows held out are complementary", () => {
  const { fit, held } = rowsOfFold(Int32Array.of(0, 1, 0, 2), 0);
  assert.deepEqual([...fit], [1, 3]);
  assert.deepEqual([...held], [0, 2]);
});

Deno.test("impossible numbers of folds are refused with the range that works", () => {
  assert.throws(() => stratifiedFolds(Int32Array.of(0, 1), 3, 1), /3 folds of 2 rows; use from 2/);
  assert.throws(() => stratifiedFolds(labels, 1, 1), /1 folds of 103 rows/);
  assert.throws(() => blockedFolds(labels, new Int32Array(103), 2, 1), /2 folds of 1 groups/);
});
