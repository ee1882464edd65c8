// Slow: each recipe of CONTRIBUTING.md is done in a copy of the project, and its check is run.
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { ROOT } from "#lib/run/files.ts";
import { THOROUGH } from "./thorough.ts";

/** A part of a recipe: prose, or a fenced block with its language. */
interface Part {
  readonly language: string;
  readonly text: string;
}

const PAGE = await Deno.readTextFile(`${ROOT}/CONTRIBUTING.md`);

/** The recipes by title. */
const RECIPES = new Map(
  PAGE.split(/^## /m).find((section) => section.startsWith("Recipes\n"))!
    .split(/^### /m).slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), partsOf(text)] as const),
);

function partsOf(recipe: string): Part[] {
  return recipe.split(/^```/m).map((text, i) => {
    const end = text.indexOf("\n");
    return i % 2 === 0
      ? { language: "", text }
      : { language: text.slice(0, end), text: text.slice(end + 1) };
  });
}

/** All files that git knows or would add, in a folder of their own. */
async function copyOfProject(): Promise<string> {
  const root = await Deno.makeTempDir({ prefix: "csc-recipes-" });
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await new Deno.Command("git", { args, cwd: ROOT }).output();
  for (const path of new TextDecoder().decode(stdout).split("\0").filter(Boolean)) {
    await Deno.mkdir(dirname(`${root}/${path}`), { recursive: true });
    await Deno.copyFile(`${ROOT}/${path}`, `${root}/${path}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // deleted, and not yet committed
    });
  }
  return root;
}

/** Makes the changes of a `diff` block; the old lines must stand in the file once. */
async function change(root: string, diff: string): Promise<void> {
  for (const file of diff.split(/^--- /m).slice(1)) {
    const end = file.indexOf("\n"), path = `${root}/${file.slice(0, end)}`;
    let text = await Deno.readTextFile(path);
    for (const hunk of file.slice(end + 1).split(/^@@\n/m)) {
      const lines = hunk.replace(/\n$/, "").split("\n");
      const side = (mark: string) =>
        lines.filter(([first]) => first === " " || first === mark).map((line) =>
          line.slice(1) + "\n"
        )
          .join("");
      const before = side("-");
      assert.equal(text.split(before).length, 2, `${path} has not once:\n${before}`);
      text = text.replace(before, () => side("+"));
    }
    await Deno.writeTextFile(path, text);
  }
}

interface Notebook {
  cells: { cell_type: string; source: string[]; [key: string]: unknown }[];
}

/** Adds a cell before a notebook's answer, and runs it after the first cell as a kernel would. */
async function runCell(root: string, path: string, code: string): Promise<string> {
  const notebook = JSON.parse(await Deno.readTextFile(`${root}/${path}`)) as Notebook;
  const first = notebook.cells.find(({ cell_type }) => cell_type === "code")!;
  notebook.cells.splice(-1, 0, { ...first, source: code.trimEnd().split(/(?<=\n)/) });
  await Deno.writeTextFile(`${root}/${path}`, JSON.stringify(notebook, null, 1) + "\n");
  const module = `${root}/notebooks/one-cell.ts`, out = `${root}/out`;
  await Deno.writeTextFile(module, `${first.source.join("")}\n;\n${code}`);
  const env = { CSC_DATA: "simulated", CSC_PROFILE: "smoke", CSC_OUT: out };
  await run(root, ["run", "-A", ...THOROUGH ? ["--check"] : [], module], env);
  await Deno.remove(module);
  return out;
}

/** Runs Deno in the copy, and fails with what it says. */
async function run(root: string, args: readonly string[], env: Record<string, string> = {}) {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  });
  const { success, stdout, stderr } = await command.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.ok(success, `deno ${args.join(" ")}\n${said}`);
  return said;
}

Deno.test("there is a recipe for each thing that people add", () => {
  const titles = ["A feature", "A model", "An archive", "A catalogue of labels", "A figure"];
  assert.deepEqual([...RECIPES.keys()], [...titles, "A result"]);
});

Deno.test("every recipe works as it is written, one after the other in one copy", async (t) => {
  const root = await copyOfProject();
  try {
    for (const [title, parts] of RECIPES) {
      await t.step(title, async () => {
        let notebook: string | undefined;
        for (const { language, text } of parts) {
          notebook = /`(notebooks\/\d\d-[\w-]+\.ipynb)`/.exec(text)?.[1] ?? notebook;
          if (language === "diff") await change(root, text);
          if (language === "ts") {
            const path = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
            if (path) await Deno.writeTextFile(`${root}/${path}`, text);
            else await keeps(await runCell(root, notebook!, text), text);
          }
          if (language === "sh") {
            for (const line of text.trim().split("\n")) {
              const [program, ...args] = line.split(" ");
              assert.equal(program, "deno");
              // types are checked where the recipe says so, and all of them in the end
              const quick = args[0] === "test" && !THOROUGH ? ["--no-check"] : [];
              const said = await run(root, [...args, ...quick]);
              if (args[0] === "test") assert.match(said, /ok \| [1-9]\d* passed/, line);
            }
          }
        }
      });
    }
    if (THOROUGH) {
      await run(root, ["check", "-q"]);
      await run(root, ["lint", "-q"]);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

/** Sees that the figure or the number that a cell is about is there. */
async function keeps(out: string, cell: string): Promise<void> {
  const [, figure] = /\bprint\(\s*"([^"]+)"/.exec(cell) ?? [];
  const [, result] = /\brecord\(\{\s*"([^"]+)"/.exec(cell) ?? [];
  assert.ok(figure || result, cell);
  if (figure) {
    assert.match(await Deno.readTextFile(`${out}/figures/${figure}.svg`), /<svg/);
    const { caption } = JSON.parse(await Deno.readTextFile(`${out}/figures/${figure}.json`));
    assert.match(caption, /labelled sources/);
  }
  if (result) {
    const { results } = JSON.parse(await Deno.readTextFile(`${out}/results.json`));
    assert.ok(Number.isFinite(results[result].value), result);
  }
}
