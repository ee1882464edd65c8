import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { ROOT } from "#lib/run/files.ts";
import { NPM_PACKAGES, writeNpmPackage } from "#tools/derive/npm-package.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { FakeServer } from "../packages/vo-archives/test/fake-server.ts";
import { serve, tableData, votable } from "../packages/vo-archives/test/fake-catalogue.ts";

const PACKAGES = [...Deno.readDirSync(`${ROOT}/packages`)].map(({ name }) => name).sort();
const hasNpm = await runCommand("npm", ["--version"]).then(() => true, () => false);
const hasLightgbm = existsSync(LIGHTGBM_BUILD.module);
if (!hasNpm) console.log("skipped: packages from npm: no npm");
if (!hasLightgbm) console.log("skipped: examples with LightGBM: deno task setup builds it");

/** What gives an acquisition its answers without a network. */
const RECORDED = `import { readRecorded, RecordedCache } from "#lib/acquire/recorded.ts";
const { answers } = await readRecorded();
`;

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The example of a package's README. */
async function exampleOf(name: string): Promise<string> {
  const [, example] = /```ts\n(.*?)```/s.exec(
    await Deno.readTextFile(`${ROOT}/packages/${name}/README.md`),
  )!;
  return example;
}

for (const name of PACKAGES) {
  Deno.test({
    name: `the example in the README of ${name} runs as it stands`,
    ignore: name === "lightgbm-wasm" && !hasLightgbm,
    fn: () =>
      inFolder(async (folder) => {
        await using server = new FakeServer((request) => serve(request));
        // an archive that is always there
        const example = (await exampleOf(name)).replace(/https:\/\/[^"]+/, server.url)
          .replace(/TOP 5 \* FROM "II\/246\/out"/, "name, ra, dec, flux, flag FROM t")
          // the field of this example is the one whose answers are recorded
          .replace('new FolderCache("answers"),\n});', `new RecordedCache(answers),\n});`)
          .replace(/^/, name === "chandra-archives" ? RECORDED : "");
        await Deno.writeTextFile(`${folder}/example.ts`, example);
        await Deno.writeTextFile(`${folder}/table.csv`, "name,class\n");
        await Deno.writeTextFile(`${folder}/sources.vot`, votable(tableData()));
        if (hasLightgbm) await Deno.copyFile(LIGHTGBM_BUILD.module, `${folder}/lightgbm.wasm`);
        const config = ["--config", `${ROOT}/deno.json`, "--frozen"];
        await runCommand(Deno.execPath(), ["run", "-A", "--no-check", ...config, "example.ts"], {
          cwd: folder,
        });
      }),
  });

  Deno.test(`deno publish takes ${name} as it is`, async () => {
    const args = ["publish", "--dry-run", "--allow-dirty", "--no-check", "--quiet"];
    await runCommand(Deno.execPath(), args, { cwd: `${ROOT}/packages/${name}` });
  });
}

Deno.test("the examples have the types that they claim", () =>
  inFolder(async (folder) => {
    for (const name of PACKAGES) {
      await Deno.writeTextFile(`${folder}/${name}.ts`, await exampleOf(name));
    }
    const config = ["--config", `${ROOT}/deno.json`, "--frozen"];
    const files = PACKAGES.map((name) => `${name}.ts`);
    await runCommand(Deno.execPath(), ["check", ...config, ...files], { cwd: folder });
  }));

for (const name of NPM_PACKAGES) {
  Deno.test({
    name: `${name}, packed by npm and installed in an empty folder, does its example in Node`,
    ignore: !hasNpm || !hasLightgbm,
    fn: () =>
      inFolder(async (folder) => {
        const source = `${folder}/source`, user = `${folder}/user`;
        await writeNpmPackage(name, source);
        await Deno.mkdir(user);
        const quiet = ["--silent", "--no-audit", "--no-fund"];
        const pack = ["pack", "--silent", "--pack-destination", folder];
        const packed = await runCommand("npm", pack, { cwd: source });
        await Deno.writeTextFile(`${user}/package.json`, "{}");
        await runCommand("npm", ["install", ...quiet, `${folder}/${packed.trim()}`], { cwd: user });
        const example = (await exampleOf(name)).replace(/\) as const/g, ")")
          .replace(" as const", "").replaceAll(/^using /gm, "const ")
          .replace(/Deno\.readFile\("lightgbm\.wasm"\)/, "readFile(wasm)");
        const start = 'import { readFile } from "node:fs/promises";\n' +
          "" +
          `const wasm = ${
            name === "lightgbm-wasm"
              ? 'new URL(import.meta.resolve("@csc-classify/lightgbm-wasm/lightgbm.wasm"))'
              : "0"
          };\n`;
        const end = {
          "forests": "console.log(forest.predictProbabilities(matrix).length);",
          "lightgbm-wasm":
            "const [a, , , d] = booster.predictProbabilities(matrix); console.log(a < 0.3, d > 0.7);",
          "sky": "console.log([...rows], [...found]);",
        }[name];
        await Deno.writeTextFile(`${user}/example.mjs`, start + example + end);
        const said = await runCommand("node", ["example.mjs"], { cwd: user });
        const expected = {
          "forests": "8",
          "lightgbm-wasm": "true true",
          "sky": "[ 0, 1 ] [ 1, 0 ]",
        };
        assert.equal(said.trim(), expected[name]);
      }),
  });
}
