import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";
import { THOROUGH } from "../../thorough.ts";

/** A disk of a size can be made, and rights can be laid down, by root on Linux only. */
const IS_ROOT = Deno.build.os === "linux" && Deno.uid() === 0 &&
  await run("unshare", ["--mount", "true"]).then(({ code }) => code === 0, () => false);
const WHY = "skipped: needs root on Linux, to mount a small disk";

async function run(command: string, args: readonly string[]) {
  const { code, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  return { code, said: new TextDecoder().decode(stderr) };
}

const HEAD = "name,ra,dec,flux_b,G\n";
const rows = (n: number) =>
  HEAD + Array.from({ length: n }, (_, i) => `s${i},${i % 360},0,1e-14,${10 + i % 9}\n`).join("");

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "no room \u661f " });
  try {
    await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
    await Deno.writeTextFile(`${folder}/t.csv`, rows(20_000) + "bad,1,2,x,\n");
    await test(folder);
  } finally {
    await Deno.chmod(`${folder}/place`, 0o755).catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
}

const score = (folder: string, out: string) => [
  ...["task", "--quiet", "score", `${folder}/t.csv`, "--out", out],
  ...["--model", `${folder}/model`, "--workers", "1", "--overwrite"],
];

Deno.test({
  name: "a full disk ends with the file and the remedy, and leaves the old products as they were",
  ignore: !IS_ROOT && (console.log(WHY), true),
  fn: () =>
    inFolder(async (folder) => {
      const disk = `${folder}/disk`;
      await Deno.mkdir(disk);
      let full = 0, whole = 0;
      // so that it fills up while the table, the catalogue, its copy or its list is written
      for (
        const kilobytes of THOROUGH ? [300, 1500, 4000, 5500, 9000, 40_000] : [1500, 5500, 40_000]
      ) {
        const size = `size=${kilobytes}k`;
        await run("mount", ["-t", "tmpfs", "-o", size, "tmpfs", disk]);
        try {
          await Deno.writeTextFile(`${disk}/o.csv`, "old");
          const { code, said } = await run(Deno.execPath(), score(folder, `${disk}/o.csv`));
          const names = [...Deno.readDirSync(disk)].map(({ name }) => name).sort();
          if (code === 1) {
            full++;
            assert.match(said, /cannot write .*o\.csv: .*[Nn]o space left.*free some space/, said);
            assert.equal(await Deno.readTextFile(`${disk}/o.csv`), "old");
            assert.deepEqual(names, ["o.csv"]);
          } else {
            whole++;
            assert.equal(code, 3, said);
            assert.equal((await Deno.readTextFile(`${disk}/o.csv`)).split("\n").length, 20_002);
            assert.deepEqual(names, ["o.csv", "o.csv-metadata.json", "o.csv.rejects.csv"]);
          }
        } finally {
          await run("umount", [disk]);
        }
      }
      assert.ok(full > 1 && whole > 0, `${full} full, ${whole} whole`);
    }),
});

Deno.test({
  name: "a folder without rights ends with its name and the remedy",
  ignore: !IS_ROOT && (console.log(WHY), true),
  fn: () =>
    inFolder(async (folder) => {
      const place = `${folder}/place`;
      await Deno.mkdir(place);
      await Deno.writeTextFile(`${place}/o.csv`, "old");
      await Deno.chmod(place, 0o555);
      // root without the right to pass over rights: as any user
      const rights = "-dac_override,-dac_read_search,-fowner";
      const as = [`--bounding-set=${rights}`, `--inh-caps=${rights}`];
      const attempt = (out: string) =>
        run("setpriv", [...as, Deno.execPath(), ...score(folder, out)]);
      const { code, said } = await attempt(`${place}/o.csv`);
      assert.equal(code, 1, said);
      assert.match(said, /cannot write .*o\.csv: Permission denied.*make .*place writable/);
      assert.equal(await Deno.readTextFile(`${place}/o.csv`), "old");
      await Deno.chmod(`${folder}/t.csv`, 0o000);
      const unreadable = await attempt(`${folder}/o.csv`);
      assert.equal(unreadable.code, 2, unreadable.said);
      assert.match(unreadable.said, /cannot read .*t\.csv: Permission denied/);
      assert.doesNotMatch(unreadable.said, /cannot write/);
    }),
});
