import assert from "node:assert/strict";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { pythonEnvironment } from "#tools/setup/python-environment.ts";
import { runCommand } from "#tools/setup/run-command.ts";

/** A place for an environment, and a list that asks for no package, so that no network is needed. */
async function place() {
  await Deno.mkdir(`${CACHE}/test`, { recursive: true });
  const parent = await Deno.makeTempDir({ dir: `${CACHE}/test` });
  const requirements = `${parent}/requirements.txt`;
  await Deno.writeTextFile(requirements, "# nothing\n");
  return {
    parent,
    options: { folder: `${parent}/python`, requirements },
    [Symbol.asyncDispose]: () => Deno.remove(parent, { recursive: true }),
  };
}

/** Sets environment variables until disposed. */
function withVariables(variables: Record<string, string>): Disposable {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  Object.entries(variables).forEach(([name, value]) => Deno.env.set(name, value));
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
    },
  };
}

Deno.test("a whole environment is left alone; one without its marker is made anew", async () => {
  await using fixture = await place();
  const { options } = fixture;
  const python = await pythonEnvironment(options);
  await Deno.writeTextFile(`${options.folder}/touched`, "");
  assert.equal(await pythonEnvironment(options), python);
  assert.ok((await Deno.stat(`${options.folder}/touched`)).isFile);

  await Deno.remove(`${options.folder}/whole.json`); // as after an interruption
  await pythonEnvironment(options);
  await assert.rejects(Deno.stat(`${options.folder}/touched`), Deno.errors.NotFound);
});

Deno.test("with a task's rights, too, an environment that is not whole is made anew", async () => {
  await using fixture = await place();
  const { folder, requirements } = fixture.options;
  const python = await pythonEnvironment({ folder, requirements });
  await Deno.writeTextFile(`${folder}/whole.json`, "{}");
  await Deno.writeTextFile(`${folder}/damaged`, "");
  const rights = [`--allow-write=${CACHE}`, `--allow-run=${python},python3`, "--allow-read"];
  const script = `import { pythonEnvironment } from "#tools/setup/python-environment.ts";
    await pythonEnvironment(${JSON.stringify({ folder, requirements })});`;
  await Deno.writeTextFile(`${fixture.parent}/script.ts`, script);
  await runCommand(Deno.execPath(), [
    "run",
    "--no-prompt",
    ...rights,
    `${fixture.parent}/script.ts`,
  ], { cwd: ROOT });
  await assert.rejects(Deno.stat(`${folder}/damaged`), Deno.errors.NotFound);
  assert.notEqual(await Deno.readTextFile(`${folder}/whole.json`), "{}");
});

Deno.test("without ensurepip, as on Debian without python3-venv, pip comes another way", async () => {
  await using fixture = await place();
  const { parent, options } = fixture;
  await Deno.mkdir(`${parent}/broken/ensurepip`, { recursive: true });
  await Deno.writeTextFile(
    `${parent}/broken/ensurepip/__init__.py`,
    "raise ImportError('cut out')",
  );
  using _ = withVariables({ PYTHONPATH: `${parent}/broken` });
  const python = await pythonEnvironment(options);
  const { success } = await new Deno.Command(python, {
    args: ["-m", "pip", "--version"],
    stdout: "null",
  }).output();
  assert.ok(success);
});

Deno.test("without Python the message names the step, why, and a command for each system", async () => {
  await using fixture = await place();
  using _ = withVariables({ PATH: `${fixture.parent}/empty` });
  await assert.rejects(
    pythonEnvironment(fixture.options),
    /making the Python environment: there is no python3[^]+Debian: [^]+Fedora: [^]+macOS: /,
  );
});

Deno.test("a package that cannot be had is named, and no half-made environment passes for whole", async () => {
  await using fixture = await place();
  const { options } = fixture;
  const hash = `sha256:${"0".repeat(64)}`;
  const absent = `${fixture.parent}/absent.whl`;
  await Deno.writeTextFile(options.requirements, `${absent} --hash=${hash}\n`);
  await assert.rejects(pythonEnvironment(options), /installing JupyterLab[^]+absent\.whl/);
  await assert.rejects(Deno.stat(`${options.folder}/whole.json`), Deno.errors.NotFound);
});
