import assert from "node:assert/strict";
import { whatToBelieve } from "#studies/what-to-believe.ts";

const RESULTS = {
  "random.lightgbm.macro_f1": { value: 79.2 },
  "blocked.lightgbm.macro_f1": { value: 52.7 },
  "headline.macro_f1": { value: 65.4, low: 59.6, high: 69.7 },
  "headline.limits_gain": { value: 11.2, low: -0.3, high: 14 },
  "blocked.better.AGN.f1": { value: 97.1 },
  "blocked.lightgbm.AGN.f1": { value: 87.8 },
  "conformal.AGN.mean_size": { value: 1.23 },
  "blocked.better.CV.f1": { value: 43.5 },
};

Deno.test("advice quotes the results and grades classes by their score on unseen sky", () => {
  const advice = whatToBelieve(RESULTS, false);
  assert.deepEqual(advice.map((piece) => piece.class), ["All classes", "AGN", "CV"]);
  assert.match(advice[0].text, /79 %.* 53 %.* 65 \(60 to 70\) %.* adds 11 \(0 to 14\),/);
  assert.equal(
    advice[1].text,
    "Believe it: F1 97 % on unseen sky (the paper's pipeline: 88 %). Labels from one optical " +
      "catalogue of quasars. A 95 % set holds 1.2 classes on average.",
  );
  assert.match(advice[2].text, /^A list of candidates, no more: F1 44 %/);
});

Deno.test("the only advice on simulated data is to believe none of it", () => {
  const advice = whatToBelieve(RESULTS, true);
  assert.deepEqual(advice.map((piece) => piece.class), ["Simulated data"]);
  assert.match(advice[0].text, /believe none of them/);
});

Deno.test("a score that comes from physical limits is not called the model's", () => {
  const [lmxb] = whatToBelieve({
    "blocked.better.LMXB.f1": { value: 4.3 },
    "blocked.better_limited.LMXB.f1": { value: 74.5 },
  }, false);
  assert.match(lmxb.text, /^Believe what the host galaxy says, not the model: F1 4 %/);
  assert.match(lmxb.text, /With the limits that the host sets, 7[45] %/);
});

Deno.test("likeness is advised only where it predicts errors", () => {
  const advised = (value: number) =>
    whatToBelieve({ "likeness.auroc": { value } }, false).map((piece) => piece.class);
  assert.deepEqual(advised(0.86), ["Likeness"]);
  assert.deepEqual(advised(0.6), []);
});

Deno.test("without results there is no advice", () => {
  assert.deepEqual(whatToBelieve({}, false), []);
});
