import assert from "node:assert/strict";
import {
  namedFolder,
  settingsCommand,
  type SettingsOptions,
  settingsVariables,
} from "#tools/tasks/options.ts";

function parse(...args: string[]): SettingsOptions {
  return settingsCommand("task", "does things")
    .exitOverride().configureOutput({ writeErr: () => {} })
    .parse(args, { from: "user" }).opts();
}

Deno.test("options become the variables that kernels read", () => {
  const options = parse(
    "--data",
    "simulated",
    "--profile",
    "smoke",
    "--labels",
    "paper",
    "--seed",
    "7",
    "--workers",
    "2",
  );
  const { CSC_MIRROR: _, ...variables } = settingsVariables(options);
  assert.deepEqual(variables, {
    CSC_DATA: "simulated",
    CSC_PROFILE: "smoke",
    CSC_LABELS: "paper",
    CSC_SEED: "7",
    CSC_WORKERS: "2",
  });
});

Deno.test("options that are not given set nothing", () => {
  const { CSC_MIRROR: _, ...variables } = settingsVariables(parse());
  assert.deepEqual(variables, {});
});

Deno.test("a table's path becomes absolute, and a missing one is refused by name", async () => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  assert.equal(settingsVariables({ data: path }).CSC_DATA, await Deno.realPath(path));
  await Deno.remove(path);
  assert.throws(() => settingsVariables({ data: path }), /no such file; give auto, published/);
});

Deno.test("an unknown profile and a seed that is no whole number are refused", () => {
  assert.throws(() => parse("--profile", "fast"), /Allowed choices are smoke, quick, paper/);
  // the same texts as in a variable
  for (const text of ["1.5", "1e3", "0x10", " 7"]) {
    assert.throws(() => parse("--seed", text), /give a whole number/);
  }
});

Deno.test("nonsense in a variable is refused before anything begins, with what it may be", () => {
  const cases: [variable: string, value: string, message: RegExp][] = [
    ...["abc", "-1", "1.5", "1e3", "0x10", " 7", "99999999999999999999"].map((value) =>
      ["CSC_SEED", value, /CSC_SEED is ".*"; use a whole number from 0/] as [string, string, RegExp]
    ),
    ["CSC_WORKERS", "0", /CSC_WORKERS is "0"; use a whole number from 1/],
    ["CSC_WORKERS", "many", /CSC_WORKERS is "many"; use a whole number from 1/],
    ["CSC_PROFILE", "fast", /CSC_PROFILE is "fast"; use smoke, quick, paper/],
    ["CSC_PROFILE", "__proto__", /CSC_PROFILE is "__proto__"; use smoke, quick, paper/],
    ["CSC_LABELS", "mine", /CSC_LABELS is "mine"; use union, paper/],
    ["CSC_DATA", "nowhere.csv", /CSC_DATA.* is "nowhere\.csv": no such file; give auto/],
    ["CSC_DATA", ".", /CSC_DATA.* is "\.": no such file; give auto/],
    ["CSC_MIRROR", "/nowhere", /CSC_MIRROR is "\/nowhere": no such folder; name one, or unset it/],
  ];
  for (const [variable, value, message] of cases) {
    const before = Deno.env.get(variable);
    Deno.env.set(variable, value);
    try {
      assert.throws(() => settingsVariables(parse()), { name: "RangeError", message });
      // set and empty is not set
      Deno.env.set(variable, "");
      settingsVariables(parse());
    } finally {
      if (before === undefined) Deno.env.delete(variable);
      else Deno.env.set(variable, before);
    }
  }
  assert.throws(() => parse("--workers", "0"), /give a whole number from 1/);
});

Deno.test("an empty name is that of no folder", () => {
  assert.throws(() => namedFolder(""), /It is empty; name a folder/);
  assert.throws(() => namedFolder(" "), /It is empty; name a folder/);
  assert.equal(namedFolder("a, b"), "a, b");
});
