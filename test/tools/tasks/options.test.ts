import assert from "node:assert/strict";
import { settingsCommand, type SettingsOptions, settingsVariables } from "#tools/tasks/options.ts";

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
    "--seed",
    "7",
    "--workers",
    "2",
  );
  const { CSC_MIRROR: _, ...variables } = settingsVariables(options);
  assert.deepEqual(variables, {
    CSC_DATA: "simulated",
    CSC_PROFILE: "smoke",
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
  assert.throws(() => parse("--seed", "1.5"), /give a whole number/);
});
