import assert from "node:assert/strict";
import { checkParameters, toParameterText } from "../parameters.ts";

Deno.test("an unknown parameter is refused with the known ones", () => {
  assert.throws(() => checkParameters({ num_leafs: 31 }), {
    name: "TypeError",
    message: /^unknown LightGBM parameter "num_leafs"; known are objective, .*num_leaves/,
  });
});

Deno.test("a parameter of the wrong type or out of range is refused by name", () => {
  for (
    const [parameters, message] of [
      [{ num_leaves: 1 }, "num_leaves is 1; expected a number from 2 to 131072"],
      [{ num_leaves: 31.5 }, "num_leaves is 31.5; expected a whole number"],
      [{ num_leaves: "31" }, "num_leaves is 31; expected a whole number"],
      [{ bagging_fraction: 1.5 }, "bagging_fraction is 1.5; expected a number from 5e-324 to 1"],
      [{ lambda_l2: NaN }, /lambda_l2 is NaN; expected a number from 0 to/],
      [{ force_col_wise: 1 }, "force_col_wise is 1; expected true or false"],
      [
        { objective: "softmax" },
        'objective is "softmax"; expected one of multiclass, binary, regression',
      ],
    ] as const
  ) {
    const expected = typeof message === "string" ? `LightGBM parameter ${message}` : message;
    assert.throws(() => checkParameters(parameters), { message: expected });
  }
});

Deno.test("parameters become LightGBM's text, on one thread and quiet", () => {
  assert.equal(
    toParameterText({ objective: "multiclass", is_unbalance: true, seed: undefined }),
    "objective=multiclass is_unbalance=true num_threads=1 verbosity=-1",
  );
});
