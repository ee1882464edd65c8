import assert from "node:assert/strict";
import config from "../../../deno.json" with { type: "json" };
import { ROOT } from "#lib/run/files.ts";
import { catalogueWork, citationFiles, projectWork, zenodo } from "#tools/publish/citation.ts";
import { setVersion } from "#tools/publish/version.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { NO_PUBLISHING, runPublishing } from "./publishing-python.ts";

if (NO_PUBLISHING) console.log(`skipped: citation files by cffconvert: ${NO_PUBLISHING}`);

const read = (name: string, root = ROOT) => Deno.readTextFile(`${root}/${name}`);

Deno.test("the project's citation files are those of its version and its settings", async () => {
  const [, released] = /date-released: "(.*)"/.exec(await read("CITATION.cff"))!;
  for (const [name, content] of Object.entries(citationFiles(projectWork(released)))) {
    assert.equal(
      await read(name),
      content,
      `${name}: run "deno task version" with the new version`,
    );
  }
  assert.match(await read("CHANGELOG.md"), new RegExp(`^## ${config.version}, ${released}$`, "m"));
});

const WORKS = {
  project: projectWork("2026-11-25"),
  catalogue: catalogueWork("2026-11-25", 'Of "9" sources: a list\nin two lines', "A catalogue"),
};

for (const [name, work] of Object.entries(WORKS)) {
  Deno.test({
    name: `cffconvert finds the ${name}'s CITATION.cff valid and makes what ours says of it`,
    ignore: NO_PUBLISHING !== undefined,
    async fn() {
      const folder = await Deno.makeTempDir();
      const files = citationFiles(work), path = `${folder}/CITATION.cff`;
      await Deno.writeTextFile(path, files["CITATION.cff"]);
      const main = ["-c", "from cffconvert.cli.cli import cli; cli()", "-i", path];
      assert.match(await runPublishing(...main, "--validate"), /are valid/);
      const theirs = JSON.parse(await runPublishing(...main, "-f", "codemeta"));
      const ours = JSON.parse(files["codemeta.json"]);
      for (
        const key of [
          "@context",
          "datePublished",
          "description",
          "keywords",
          "license",
          "name",
          "version",
        ]
      ) {
        assert.deepEqual(ours[key], theirs[key], key);
      }
      const deposit = JSON.parse(await runPublishing(...main, "-f", "zenodo"));
      for (const [key, value] of Object.entries(deposit)) {
        assert.deepEqual((zenodo(work) as Record<string, unknown>)[key], value, key);
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test("a new version is written wherever the old one was; a lower one is refused", async () => {
  const root = await Deno.makeTempDir();
  for (const name of ["deno.json", "CHANGELOG.md"]) {
    await Deno.copyFile(`${ROOT}/${name}`, `${root}/${name}`);
  }
  await setVersion("99.0.0", "2027-01-02", root);
  for (const name of ["deno.json", "CITATION.cff", "codemeta.json", ".zenodo.json"]) {
    assert.match(await read(name, root), /"?version"?: "99\.0\.0"/, name);
  }
  assert.match(await read("CHANGELOG.md", root), /## Unreleased\n\n## 99\.0\.0, 2027-01-02\n/);
  await assert.rejects(
    setVersion("1.0.0", "2027-01-03", root),
    /not above the present version, 99/,
  );
  await assert.rejects(setVersion("next", "2027-01-03", root), /give three numbers/);
  await Deno.remove(root, { recursive: true });
});

Deno.test("a version that was stopped half way is set by the same command, its heading once", async () => {
  const root = await Deno.makeTempDir();
  for (const name of ["deno.json", "CHANGELOG.md"]) {
    await Deno.copyFile(`${ROOT}/${name}`, `${root}/${name}`);
  }
  await setVersion("99.0.0", "2027-01-02", root);
  // deno.json comes last
  await Deno.copyFile(`${ROOT}/deno.json`, `${root}/deno.json`);
  await setVersion("99.0.0", "2027-01-03", root);
  assert.equal((await read("CHANGELOG.md", root)).match(/^## 99\.0\.0/mg)?.length, 1);
  assert.match(await read("deno.json", root), /"version": "99\.0\.0"/);
  await Deno.remove(root, { recursive: true });
});

Deno.test("a new version replaces no file with changes that git does not know", async () => {
  const root = await Deno.makeTempDir();
  const git = (...args: string[]) =>
    runCommand("git", ["-C", root, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
  for (const name of ["deno.json", "CHANGELOG.md", "CITATION.cff"]) {
    await Deno.copyFile(`${ROOT}/${name}`, `${root}/${name}`);
  }
  await git("init", "-q");
  await git("add", "-A");
  await git("commit", "-q", "-m", "first");
  await Deno.writeTextFile(`${root}/CITATION.cff`, "# mine\n", { append: true });
  await assert.rejects(
    setVersion("99.0.0", "2027-01-02", root),
    /CITATION\.cff would be written anew and holds changes that git does not know: commit them/,
  );
  assert.match(await read("CITATION.cff", root), /# mine\n$/);
  assert.doesNotMatch(await read("deno.json", root), /99\.0\.0/);
  await Deno.remove(root, { recursive: true });
});

Deno.test("deno task version names version and commit", async () => {
  const text = await runCommand(Deno.execPath(), ["run", "-A", "tools/publish/version.ts"], {
    cwd: ROOT,
  });
  assert.match(text, new RegExp(`^${config.version.replaceAll(".", "\\.")} \\(`));
});
