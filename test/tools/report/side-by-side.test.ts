import assert from "node:assert/strict";
import { canWait, FIGURES, PAGES, runSideBySide } from "#tools/report/side-by-side.ts";

const NAMES = ["03-audit", "04-models", "06-sky", "07-features", "11-others", "12-tuning", FIGURES];

/** Runs names that end in the order given; what happened, as `+name` and `-name`. */
async function run(names: readonly string[], most: number, fails?: string): Promise<string[]> {
  const told: string[] = [];
  await runSideBySide(names, most, async (name) => {
    told.push(`+${name.slice(0, 2)}`);
    // 04 takes long
    for (let i = 0; i < (name.startsWith("04") ? 20 : 2); i++) await Promise.resolve();
    told.push(`-${name.slice(0, 2)}`);
    if (name === fails) throw new Error("broken");
  }).catch(({ message }) => told.push(message));
  return told;
}

Deno.test("one at a time, notebooks run in their order, the figures last", async () => {
  const started = (await run(NAMES, 1)).filter((event) => event.startsWith("+"));
  assert.deepEqual(started, ["+03", "+04", "+06", "+07", "+11", "+12", "+fi"]);
});

Deno.test("two at a time, a notebook waits for those whose folds it uses, the figures for all", async () => {
  const told = await run(NAMES, 2);
  const at = (event: string) => told.indexOf(event);
  assert.ok(at("+04") < at("-03"), "the first two run beside each other");
  assert.ok(at("-03") < at("+06") && at("-06") < at("+07"));
  assert.ok(at("-06") < at("+11") && at("-07") < at("+11"), "it sums up what they found");
  for (const name of ["03", "04", "06", "07", "11", "12"]) {
    assert.ok(at(`-${name}`) < at("+fi"), name);
  }
  let open = 0;
  for (const event of told) assert.ok((open += event.startsWith("+") ? 1 : -1) <= 2);
});

Deno.test("what is not chosen is not waited for", async () => {
  const started = (await run(["07-features", "11-others"], 2)).filter((event) => event[0] === "+");
  assert.deepEqual(started, ["+07", "+11"]);
});

Deno.test("after one breaks down no other begins, and its error is told", async () => {
  const told = await run(NAMES, 2, "03-audit");
  assert.deepEqual(told.filter((event) => !event.startsWith("-")), ["+03", "+04", "broken"]);
});

Deno.test("those on the longest chain of waiting go first", () => {
  const numbers = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0"));
  assert.deepEqual(numbers.filter((number) => !canWait(number)), ["03", "06", "07", "08", "11"]);
});

Deno.test("the pages wait for notebook 5 alone, and the figures for the pages", async () => {
  const told = await run(["04-models", "05-catalogue", PAGES, FIGURES], 3);
  const at = (event: string) => told.indexOf(event);
  assert.ok(at("-05") < at("+pa") && at("+pa") < at("-04"));
  assert.ok(at("-pa") < at("+fi"));
});
