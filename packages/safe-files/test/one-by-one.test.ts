import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { oneByOne } from "../one-by-one.ts";

Deno.test("work is done one after the other in the order of asking, past what fails", async () => {
  const turn = oneByOne(), said: string[] = [];
  const work = (name: string, ms: number) => () =>
    setTimeout(ms).then(() => {
      said.push(name);
      if (name === "b") throw new Error("b fails");
      return name;
    });
  const made = await Promise.allSettled([
    ...[turn(work("a", 20)), turn(work("b", 10)), turn(work("c", 0))],
  ]);
  assert.deepEqual(said, ["a", "b", "c"]);
  assert.deepEqual(made.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
});
