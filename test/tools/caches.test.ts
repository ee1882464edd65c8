import assert from "node:assert/strict";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { readSealed, sha256, writeSealed } from "@csc-classify/safe-files";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { readResults, recordResults } from "#lib/run/results.ts";
import { MODEL_FILES, readModel, writeModel } from "#lib/scoring/model-folder.ts";
import { fetchPublished, type PublishedFile } from "#lib/tables/published-files.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { type Fetched, FolderCache } from "@csc-classify/vo-archives";
import { keyOf } from "../../packages/vo-archives/response-cache.ts";
import { acquisitionsIn } from "@csc-classify/chandra-archives";
import { FoldStore } from "#lib/validation/fold-store.ts";
import { alteredFiles, noteFiles } from "#tools/report/manifest.ts";
import { holdFolder } from "#tools/report/hold-folder.ts";
import { readRuns } from "#tools/report/run-record.ts";
import { isUnchanged } from "#tools/report/unchanged.ts";
import { isLightgbmBuilt, lightgbmKey } from "#tools/setup/build-lightgbm.ts";
import { pythonEnvironment } from "#tools/setup/python-environment.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { roomRemedy } from "#tools/setup/setup-error.ts";
import { smallClassifier } from "../scoring/small-pipeline.ts";

/** What happens to a file: cut in half, emptied, one bit turned, replaced by another's content. */
const ROTS: Readonly<Record<string, (path: string, other: string) => Promise<void>>> = {
  "cut in half": async (path) => Deno.truncate(path, Math.floor((await Deno.stat(path)).size / 2)),
  emptied: (path) => Deno.truncate(path, 0),
  "with a bit turned": async (path) => {
    const bytes = await Deno.readFile(path);
    bytes[Math.floor(bytes.length / 3)] ^= 1;
    await Deno.writeFile(path, bytes);
  },
  "swapped with another": (path, other) => Deno.copyFile(other, path),
};

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const out = Deno.env.get("CSC_OUT");
  Deno.env.set("CSC_OUT", `${folder}/out`);
  try {
    await Deno.mkdir(`${folder}/out/figures`, { recursive: true });
    await test(folder);
  } finally {
    if (out === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", out);
    await Deno.remove(folder, { recursive: true });
  }
}

/** Does each damage to a whole file in turn, then asks what came of it. */
async function rot(
  path: string,
  other: string,
  test: (what: string) => Promise<void>,
): Promise<void> {
  const whole = await Deno.readFile(path);
  for (const [what, damage] of Object.entries(ROTS)) {
    await damage(path, other);
    await test(what);
    await Deno.writeFile(path, whole);
  }
}

Deno.test("a finished fold that is not as written is fitted again; a read-only one is read", () =>
  inFolder(async (folder) => {
    const store = new FoldStore(`${folder}/run-a`, 2);
    const other = new FoldStore(`${folder}/run-b`, 2);
    const answer = { rows: Int32Array.of(3, 5), probabilities: Float64Array.of(0.25, 0.75, 1, 0) };
    await store.write("fold", answer);
    await other.write("fold", { ...answer, probabilities: Float64Array.of(0, 1, 0, 1) });
    const path = `${folder}/run-a/fold.arrow`;
    // the file of the same fold of another run is as whole as can be
    await rot(path, path.replace("run-a", "run-b"), async (what) => {
      assert.equal(await store.read("fold"), undefined, what);
    });
    await Deno.chmod(path, 0o444);
    assert.deepEqual(await store.read("fold"), answer);
    await store.write("fold", answer);
    assert.deepEqual(await store.read("fold"), answer);
  }));

Deno.test("kept work is given back only where it was put and as it was written", () =>
  inFolder(async (folder) => {
    const path = `${folder}/model/a.json`,
      text = (bytes?: Uint8Array) => bytes && new TextDecoder().decode(bytes);
    await writeSealed(path, "{}");
    await writeSealed(`${folder}/model/b.json`, "{}");
    assert.equal(text(await readSealed(path)), "{}");
    assert.equal(await readSealed(`${folder}/model/c.json`), undefined);
    await rot(path, `${folder}/model/b.json`, async (what) => {
      assert.equal(await readSealed(path), undefined, what);
    });
  }));

Deno.test("a LightGBM build that is not whole is built again", () =>
  inFolder(async (folder) => {
    const build = { module: `${folder}/m.wasm`, key: `${folder}/key`, sum: `${folder}/sum` };
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
    await Deno.writeFile(build.module, bytes);
    await Deno.writeFile(`${folder}/other`, new Uint8Array(100));
    await Deno.writeTextFile(build.key, lightgbmKey());
    await Deno.writeTextFile(build.sum, sha256(bytes));
    const as = build as typeof LIGHTGBM_BUILD;
    assert.ok(await isLightgbmBuilt(as));
    await rot(build.module, `${folder}/other`, async (what) => {
      assert.ok(!await isLightgbmBuilt(as), what);
    });
    await rot(build.key, `${folder}/other`, async (what) => {
      assert.ok(!await isLightgbmBuilt(as), what);
    });
  }));

Deno.test("a download that is not as published is fetched again; in a mirror it is refused by name", () =>
  inFolder(async (folder) => {
    const bytes = new TextEncoder().encode("name,class\na,AGN\n");
    const server = Deno.serve({ port: 0, onListen() {} }, () => new Response(bytes));
    const url = `http://127.0.0.1:${server.addr.port}/t.csv`;
    const file = {
      path: "t/t.csv",
      url,
      bytes: bytes.length,
      sha256: sha256(bytes),
      content: "t",
    } as PublishedFile;
    const options = { registry: [file], cache: `${folder}/cache`, mirror: "" };
    try {
      const path = `${folder}/cache/t/t.csv`;
      await fetchPublished("t/t.csv", options);
      await Deno.writeTextFile(`${folder}/other`, "another");
      await rot(path, `${folder}/other`, async (what) => {
        assert.deepEqual(await fetchPublished("t/t.csv", options), bytes, what);
        assert.deepEqual(await Deno.readFile(path), bytes, what);
        await Deno.writeTextFile(path, "rotten");
        await assert.rejects(
          fetchPublished("t/t.csv", { ...options, mirror: `${folder}/cache` }),
          /t\/t\.csv is not the published file.*delete it and fetch it again from http/,
        );
      });
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("an archive's answer is asked for again where it, or its note, is not as it was kept", () =>
  inFolder(async (folder) => {
    const kept = await new FolderCache(`${folder}/answers`).open();
    const request = { service: "s", url: "http://a.b", query: "q" };
    const other = { ...request, query: "another" };
    const answer = (text: string) => ({
      bytes: new TextEncoder().encode(text),
      table: { frame: { height: 1 } } as Fetched["table"],
    });
    await kept.write(request, answer("name\na\n"));
    await kept.write(other, answer("name\nb\n"));
    const [one, two] = [request, other].map((asked) => `${folder}/answers/${keyOf(asked)}`);
    for (const kind of ["json", "response"]) {
      await rot(`${one}.${kind}`, `${two}.${kind}`, async (what) => {
        const isHarmless = kind === "json" && what === "with a bit turned";
        if (!isHarmless) assert.equal(await kept.read(request), undefined, `${kind} ${what}`);
        await kept.manifest();
        assert.ok(await kept.read(other));
      });
    }
    for (const text of ["null", "[]", "1", '{"sha256": null}']) {
      await Deno.writeTextFile(`${one}.json`, text);
      assert.equal(await kept.read(request), undefined, text);
      assert.equal((await kept.manifest()).length, 1, text);
    }
    await kept.write(request, answer("name\na\n"));
    assert.ok(await kept.read(request));
  }));

Deno.test("an acquisition whose note is damaged is named, with what makes it anew", () =>
  inFolder(async (folder) => {
    for (const text of ["", "{", "null", "[]", '{"release": 2}']) {
      await Deno.mkdir(`${folder}/acquired/2.1`, { recursive: true });
      await Deno.writeTextFile(`${folder}/acquired/2.1/acquired.json`, text);
      await assert.rejects(
        acquisitionsIn(`${folder}/acquired`),
        /acquired\.json is damaged \(.*\): acquire it again/,
        text,
      );
    }
  }));

Deno.test("a damaged model folder is refused with the file and the command that makes it anew", () =>
  inFolder(async (folder) => {
    const model = `${folder}/model`;
    await writeModel(model, new SourceClassifier(smallClassifier()));
    await readModel(model);
    await Deno.writeTextFile(`${folder}/other`, '{"some": "JSON"}');
    for (const file of Object.values(MODEL_FILES)) {
      await rot(`${model}/${file}`, `${folder}/other`, async (what) => {
        await assert.rejects(readModel(model), (error: Error) => {
          assert.ok(error.message.includes(file), `${file} ${what}: ${error.message}`);
          assert.match(error.message, /deno task report.*--model/, what);
          return true;
        });
      });
    }
  }));

Deno.test("what a report left in out/ and is not so any more is made again", () =>
  inFolder(async (folder) => {
    const out = `${folder}/out`;
    await Deno.writeTextFile(`${out}/00-trial.html`, "<html>a page</html>");
    await Deno.writeTextFile(`${out}/figures/f.svg`, "<svg>a figure</svg>");
    await Deno.writeTextFile(`${folder}/00-trial.ipynb`, '{"cells": []}');
    await noteFiles();
    assert.equal((await alteredFiles()).size, 0);
    const record = {
      ...{ name: "00-trial", title: "", why: "", seconds: 1, ended: "", fingerprint: "f" },
      notebook: sha256('{"cells": []}'),
      wrote: ["00-trial.html", "figures/f.svg"],
    };
    const ask = async () =>
      isUnchanged(record, `${folder}/00-trial.ipynb`, {
        fingerprint: "f",
        variables: { CSC_DATA: "published" },
        altered: await alteredFiles(),
      });
    assert.ok(await ask());
    for (const file of record.wrote) {
      await rot(`${out}/${file}`, `${folder}/00-trial.ipynb`, async (what) => {
        assert.ok(!await ask(), `${file} ${what}`);
      });
    }
    assert.ok(await ask());
    // without a readable manifest nothing is known to be altered, and pages must be there
    for (const text of ["", "null", "[]", '{"a": null}', "{"]) {
      await Deno.writeTextFile(`${out}/.manifest.json`, text);
      assert.equal((await alteredFiles()).size, 0, text);
    }
    await Deno.remove(`${out}/figures/f.svg`);
    assert.ok(!await ask());
  }));

Deno.test("records of runs are forgotten when damaged; damaged results are refused with the remedy", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/out/report.json`, results = `${folder}/out/results.json`;
    await Deno.writeTextFile(`${folder}/other`, '{"a": {"b": 1}}');
    for (const text of ["", "{", '[{"name"', "null", "{}", "[null, 1]"]) {
      await Deno.writeTextFile(runs, text);
      assert.deepEqual(await readRuns(), []);
    }
    for (const text of ["", "{", '[{"name"']) {
      await Deno.writeTextFile(results, text);
      await assert.rejects(readResults(), /results\.json holds no results; delete it and rerun/);
    }
    for (const text of ['{"a": 1}', "null", "[]"]) {
      await Deno.writeTextFile(results, text);
      await assert.rejects(readResults(), /results\.json holds no results; delete it and rerun/);
    }
  }));

Deno.test("a Python environment whose marker is damaged is made anew", async () => {
  await Deno.mkdir(`${CACHE}/test`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${CACHE}/test` });
  try {
    const requirements = `${folder}/none.txt`;
    await Deno.writeTextFile(requirements, "");
    const made: string[] = [];
    const options = {
      ...{ folder: `${folder}/env`, requirements, contents: "nothing" },
      onProgress: (step: string) => void made.push(step),
    };
    await pythonEnvironment(options);
    assert.ok(made.length > 0);
    for (const text of ["", '{"key": "another"}']) {
      made.length = 0;
      await pythonEnvironment(options);
      assert.equal(made.length, 0);
      await Deno.writeTextFile(`${folder}/env/whole.json`, text);
      await pythonEnvironment(options);
      assert.ok(made.length > 0, text);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Whether this user writes where nobody may, as root does. */
async function overridesRights(folder: string): Promise<boolean> {
  await Deno.chmod(folder, 0o555);
  return await Deno.writeTextFile(`${folder}/x`, "").then(() => true, () => false);
}

const READ_ONLY =
  "a folder that may not be written is refused by name, with the command that mends it";
const HAS_SETPRIV = await runCommand("setpriv", ["--version"]).then(() => true, () => false);
const MAY_NOT_WRITE = Deno.uid() !== 0 || HAS_SETPRIV;
if (!MAY_NOT_WRITE) console.log("skipped: folders without rights: root, and no setpriv");

Deno.test({
  name: READ_ONLY,
  ignore: !MAY_NOT_WRITE,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/try`);
      if (await overridesRights(`${folder}/try`)) {
        const rights = "-dac_override,-dac_read_search,-fowner";
        const as = [`--bounding-set=${rights}`, `--inh-caps=${rights}`, Deno.execPath()];
        const test = ["test", "-A", "--no-check", "--filter", READ_ONLY, import.meta.filename!];
        const said = await runCommand("setpriv", [...as, ...test], { cwd: ROOT });
        return assert.match(said, /1 passed/);
      }
      const bytes = new TextEncoder().encode("name\n");
      const server = Deno.serve({ port: 0, onListen() {} }, () => new Response(bytes));
      const url = `http://127.0.0.1:${server.addr.port}/t.csv`;
      const file = { path: "t.csv", url, bytes: 5, sha256: sha256(bytes), content: "t" };
      const options = {
        registry: [file as PublishedFile],
        cache: `${folder}/published`,
        mirror: "",
      };
      const answer = { rows: Int32Array.of(1), probabilities: Float64Array.of(1, 0) };
      const writes: Record<string, () => Promise<unknown>> = {
        "folds/run": () => new FoldStore(`${folder}/folds/run`, 2).write("fold", answer),
        "kept": () => writeSealed(`${folder}/kept/a.json`, "{}"),
        "published": () => fetchPublished("t.csv", options),
        "out": () => holdFolder(`${folder}/out`, () => {}),
        "out/": () => noteFiles(),
        "out/.": () => recordResults({ profile: "smoke" } as never, { a: { value: 1 } }),
        "model": () => writeModel(`${folder}/model`, new SourceClassifier(smallClassifier())),
        "env": () => pythonEnvironment({ folder: `${folder}/env/python` }),
      };
      try {
        for (const [place, write] of Object.entries(writes)) {
          await Deno.mkdir(`${folder}/${place}`, { recursive: true });
          await Deno.chmod(`${folder}/${place}`, 0o555);
          await assert.rejects(write, (error: Error) => {
            assert.ok(error.message.includes(`Permission denied`), `${place}: ${error.message}`);
            assert.ok(error.message.includes(`${folder}/${place.split("/")[0]}`), error.message);
            assert.match(roomRemedy(error.message) ?? "", /make the folder writable/);
            return true;
          });
          await Deno.chmod(`${folder}/${place}`, 0o755);
        }
        const inCache = roomRemedy(`Permission denied (os error 13): open '${CACHE}/folds/x'`);
        assert.match(inCache ?? "", /sudo chown -R "\$USER" '.*\/\.cache'/);
        assert.equal(roomRemedy("no such table"), undefined);
      } finally {
        await server.shutdown();
      }
    }),
});

Deno.test("a kept file that may only be read is read, and replaced where its folder allows it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/kept/a.json`;
    await writeSealed(path, "1");
    await Deno.chmod(path, 0o444);
    await writeSealed(path, "2");
    assert.equal(new TextDecoder().decode(await readSealed(path)), "2");
  }));
