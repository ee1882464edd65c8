import assert from "node:assert/strict";
import { deriveSeed, random, shuffle } from "../random.ts";

Deno.test("the same parts give the same stream, other parts another", () => {
  const draw = (...parts: (number | string)[]) => {
    const stream = random(...parts);
    return [stream.uniform(), stream.uniform(), stream.normal()];
  };
  assert.deepEqual(draw(1, "a"), draw(1, "a"));
  assert.notDeepEqual(draw(1, "a"), draw(1, "b"));
  assert.notDeepEqual(draw(1, 23), draw(12, 3));
});

Deno.test("integers are uniform, normals have mean 0 and variance 1", () => {
  const stream = random(5, "moments"), n = 60_000;
  const counts = new Array(6).fill(0);
  let sum = 0, squares = 0;
  for (let i = 0; i < n; i++) {
    counts[stream.integer(6)]++;
    const z = stream.normal();
    sum += z;
    squares += z * z;
  }
  // chi-square with 5 degrees of freedom: 25 is the 0.01 % point
  const chi2 = counts.reduce((total, count) => total + (count - n / 6) ** 2 / (n / 6), 0);
  assert.ok(chi2 < 25, `chi-square ${chi2}`);
  assert.ok(Math.abs(sum / n) < 4 / Math.sqrt(n));
  assert.ok(Math.abs(squares / n - 1) < 4 * Math.sqrt(2 / n));
});

Deno.test("every order of three items is equally likely", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const order = shuffle([1, 2, 3], random(seed, "order")).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 130, `${[...counts]}`);
});

Deno.test("derived seeds fit LightGBM's 31 bits", () => {
  for (let i = 0; i < 1000; i++) {
    const seed = deriveSeed(i, "x");
    assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31);
  }
});
