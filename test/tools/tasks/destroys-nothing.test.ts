import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import pl from "nodejs-polars";
import { MARK, WRITTEN_BELOW } from "@csc-classify/safe-files";
import { ROOT } from "#lib/run/files.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";
import { scoreSmall } from "../publish/published.ts";

interface Run {
  readonly code: number;
  readonly said: string;
}

/** Runs a module of the project, or of a copy of it, as its task does but for the rights. */
async function run(
  script: string,
  args: readonly string[],
  { root = ROOT, cwd = root, env = {} }: {
    readonly root?: string;
    readonly cwd?: string;
    readonly env?: Record<string, string>;
  } = {},
): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${root}/tools/${script}`, ...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, said: text(stdout) + text(stderr) };
}

/** Where this Deno keeps its packages, whose home it may be. */
const { denoDir: DENO_DIR } = JSON.parse(
  new TextDecoder().decode(
    (await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output()).stdout,
  ),
);

/** Digest, mode and place of every file, link and folder below a folder. */
async function trace(folder: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    const path = below + name, at = `${folder}/${path}`, stat = await Deno.lstat(at);
    if (isDirectory) Object.assign(found, { [path]: "/" }, await trace(folder, `${path}/`));
    else if (stat.isSymlink) found[path] = `-> ${await Deno.readLink(at)}`;
    else if (!stat.isFile) found[path] = "no file";
    else {
      const digest = createHash("sha256").update(await Deno.readFile(at)).digest("hex");
      found[path] = `${digest} ${stat.mode}`;
    }
  }
  return found;
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A copy of the project with a `.git`, for what would remove it if it could. */
async function withProject(test: (root: string, folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const root = `${folder}/projects/csc`;
    await Deno.mkdir(`${root}/.git`, { recursive: true });
    await Deno.writeTextFile(`${root}/.git/HEAD`, "ref: refs/heads/main\n");
    const parts = ["lib", "tools", "notebooks", "packages", "data", "deno.json", "deno.lock"];
    const all = parts.map((part) => `${ROOT}/${part}`);
    await new Deno.Command("cp", { args: ["-r", ...all, root] }).output();
    await test(root, folder);
  });
}

const RESULTS = JSON.stringify({
  head: { dataSha256: "", profile: "smoke" },
  results: { a: { value: 1 } },
});

Deno.test("clean removes no folder that CSC_OUT names by mistake, the project and its parents least", () =>
  withProject(async (root, folder) => {
    await Deno.mkdir(`${folder}/thesis`);
    await Deno.writeTextFile(`${folder}/thesis/1.tex`, "mine");
    await Deno.symlink(`${folder}/thesis`, `${folder}/link`);
    await Deno.mkdir(`${folder}/home`);
    const before = await trace(folder);
    const places = [".", "..", root, `${root}/`, `${root}/lib`, "lib/..", `${folder}/projects`];
    const others = [`${folder}/thesis`, `${folder}/link`, `${folder}/home`, "/", ".git"];
    for (const out of [...places, ...others]) {
      for (const args of [[], ["--all", "--yes"]]) {
        const env = { CSC_OUT: out, HOME: `${folder}/home`, DENO_DIR };
        const { code, said } = await run("tasks/clean.ts", args, { root, env });
        assert.equal(code, 1, `${out}: ${said}`);
        assert.match(said, /nothing is removed/, out);
      }
    }
    assert.deepEqual(await trace(folder), before);
  }));

Deno.test("clean removes what the project made, and leaves what other hands put there, unless told", () =>
  withProject(async (root, folder) => {
    const env = { CSC_OUT: `${folder}/out` };
    const probe =
      `import { makeFolder, replaceFolder, writeAtomic } from "@csc-classify/safe-files";
      import { CACHE } from "${root}/lib/run/files.ts";
      import { sealedScript } from "${root}/tools/cluster/sealed-script.ts";
      import { useOutFolder } from "${root}/tools/tasks/out-folder.ts";
      const out = await useOutFolder();
      await writeAtomic(out + "/index.html", "");
      await writeAtomic(out + "/figures/a.svg", "");
      await writeAtomic(out + "/figures/a.json", '{"figure": "a"}');
      await writeAtomic(out + "/results/pages.json", "");
      await writeAtomic(out + "/cluster/validate.sh", sealedScript("#!/bin/sh\\n"));
      await writeAtomic(out + "/catalogue/real-sources.csv", "");
      await writeAtomic(out + "/acquired/2.1/acquired.json", "{}");
      await writeAtomic(out + "/results.html", "");
      const killed = out + "/.score-" + crypto.randomUUID();
      await makeFolder(killed, "unfinished work");
      await writeAtomic(killed + "/rejects.csv", "");
      await replaceFolder(out + "/publish/c", "a catalogue", (to) => writeAtomic(to + "/hats/a", ""));
      await makeFolder(CACHE, "cache");
      await writeAtomic(CACHE + "/folds/key/fold.arrow", "");
      await writeAtomic(CACHE + "/python/whole.json", "");`;
    await Deno.writeTextFile(`${root}/make.ts`, probe);
    const make = async () => {
      const { code, said } = await run("../make.ts", [], { root, env });
      assert.equal(code, 0, said);
    };
    await make();
    for (const out of [".cache", ".cache/python"]) {
      const cache = await run("tasks/clean.ts", ["--yes"], { root, env: { CSC_OUT: out } });
      assert.match(cache.said, /the cache or in it; nothing is removed/, out);
      assert.ok(await Deno.stat(`${root}/.cache/folds/key/fold.arrow`));
    }
    const mine = [
      "thesis.tex",
      "05-my-notes.html",
      ".score-mine",
      "csc-classify-thesis.tar.gz",
      "figures/mine.png",
      "figures/both.json",
      "figures/both.svg",
      "catalogue/mine.csv",
      "catalogue/.hidden",
      "results/mine.json.txt",
      "probe.md",
      "figures/unwritten.png",
      "figures/unwritten.svg",
      "results.html",
      "results/pages.json",
      "cluster/mine.sh",
      "cluster/score.sh",
      "catalogue/notes.txt",
      "acquired/2.1/mine.csv",
      "publish/top.txt",
      "publish/c/hats/notes.txt",
    ];
    for (const file of mine) {
      await Deno.writeTextFile(`${folder}/out/${file}`, "mine");
    }
    const first = await run("tasks/clean.ts", [], { root, env });
    assert.equal(first.code, 1, first.said);
    assert.match(first.said, /left in .*out, for no command/);
    for (const file of mine) {
      assert.ok(first.said.includes(file), `${file}: ${first.said}`);
      assert.equal(await Deno.readTextFile(`${folder}/out/${file}`), "mine");
    }
    assert.deepEqual([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name).sort(), [
      MARK,
      ".score-mine",
      WRITTEN_BELOW,
      "05-my-notes.html",
      "acquired",
      "catalogue",
      "cluster",
      "csc-classify-thesis.tar.gz",
      "figures",
      "probe.md",
      "publish",
      "results",
      "results.html",
      "thesis.tex",
    ]);
    // what was edited stays known as such
    assert.equal((await run("tasks/clean.ts", [], { root, env })).code, 1);
    assert.equal(await Deno.readTextFile(`${folder}/out/results.html`), "mine");
    assert.ok(await Deno.stat(`${root}/.cache/python/whole.json`));
    assert.equal(await Deno.stat(`${root}/.cache/folds`).catch(() => "gone"), "gone");
    const second = await run("tasks/clean.ts", ["--yes"], { root, env });
    assert.equal(second.code, 0, second.said);
    assert.equal(await Deno.stat(`${folder}/out`).catch(() => "gone"), "gone");
    await make();
    const third = await run("tasks/clean.ts", ["--all"], { root, env });
    assert.equal(third.code, 0, third.said);
    assert.equal(await Deno.stat(`${root}/.cache`).catch(() => "gone"), "gone");
    assert.equal(await Deno.stat(`${folder}/out`).catch(() => "gone"), "gone");
  }));

Deno.test("clean leaves links, which no command makes, and where they lead; a copied cache is no matter", () =>
  withProject(async (root, folder) => {
    const out = `${folder}/out`, env = { CSC_OUT: out };
    assert.equal((await run("tasks/acquire.ts", ["--recorded"], { root, env })).code, 0);
    await Deno.mkdir(`${folder}/elsewhere`);
    await Deno.writeTextFile(`${folder}/elsewhere/a.svg`, "mine");
    for (const name of ["figures", "publish", "results"]) {
      await Deno.symlink(`${folder}/elsewhere`, `${out}/${name}`);
    }
    await Deno.symlink(`${folder}/elsewhere/a.svg`, `${out}/index.html`);
    await new Deno.Command("cp", { args: ["-r", `${root}/.cache`, `${root}/copy`] }).output();
    await new Deno.Command("mv", { args: [`${root}/.cache`, `${folder}/old`] }).output();
    await new Deno.Command("mv", { args: [`${root}/copy`, `${root}/.cache`] }).output();
    const before = await trace(`${folder}/elsewhere`);
    const { code, said } = await run("tasks/clean.ts", [], { root, env });
    assert.equal(code, 1, said);
    assert.match(said, /left in .*out, .*: figures, index\.html, publish, results/s);
    assert.doesNotMatch(said, /\.tasks\.lock/);
    assert.equal(await Deno.readLink(`${out}/figures`), `${folder}/elsewhere`);
    const told = await run("tasks/clean.ts", ["--yes"], { root, env });
    assert.equal(await Deno.stat(out).catch(() => "gone"), "gone", told.said);
    assert.deepEqual(await trace(`${folder}/elsewhere`), before);
  }));

Deno.test("clean leaves tables and published files that were edited by hand, and names them", () =>
  withProject(async (root, folder) => {
    const env = { CSC_OUT: `${folder}/out` };
    const acquired = await run("tasks/acquire.ts", ["--recorded"], { root, env });
    assert.equal(acquired.code, 0, acquired.said);
    const probe = `import { replaceFolder, writeAtomic } from "@csc-classify/safe-files";
      import { useOutFolder } from "${root}/tools/tasks/out-folder.ts";
      const to = await useOutFolder() + "/publish/c";
      await replaceFolder(to, "a catalogue", (to) => writeAtomic(to + "/ReadMe", "made"));`;
    await Deno.writeTextFile(`${root}/make.ts`, probe);
    assert.equal((await run("../make.ts", [], { root, env })).code, 0);
    const [release] = [...Deno.readDirSync(`${folder}/out/acquired`)].map(({ name }) => name);
    const edited = [
      `acquired/${release}/training.parquet`,
      `acquired/${release}/acquired.json`,
      "publish/c/ReadMe",
    ];
    const before = await trace(`${folder}/out`);
    for (const file of edited) {
      await Deno.writeTextFile(`${folder}/out/${file}`, "\n", { append: true });
    }
    const { code, said } = await run("tasks/clean.ts", [], { root, env });
    assert.equal(code, 1, said);
    for (const file of edited) {
      assert.ok(said.includes(file), said);
      assert.notEqual((await trace(`${folder}/out`))[file], before[file]);
      assert.ok(await Deno.stat(`${folder}/out/${file}`));
    }
    // the remedy that it names
    const told = await run("tasks/clean.ts", ["--yes"], { root, env });
    assert.equal(told.code, 0, told.said);
  }));

Deno.test("with the rights that a task has, .cache/ and out/ are made and marked", () =>
  withProject(async (root) => {
    const { code, said } = await run("tasks/start.ts", ["acquire", "--recorded"], { root });
    assert.equal(code, 0, said);
    for (const folder of [".cache", "out"]) {
      const mark = JSON.parse(await Deno.readTextFile(`${root}/${folder}/${MARK}`));
      assert.deepEqual([mark.made, mark.path], [true, `${root}/${folder}`]);
    }
    assert.equal((await run("tasks/start.ts", ["clean", "--all"], { root })).code, 0);
    assert.deepEqual(
      [...Deno.readDirSync(root)].filter(({ name }) => /^(out|\.cache)$/.test(name)),
      [],
    );
  }));

Deno.test("an unmarked out/ of an earlier version is listed, and removed by clean --yes", () =>
  withProject(async (root) => {
    await Deno.mkdir(`${root}/out/figures`, { recursive: true });
    for (
      const name of ["results.json", "index.html", "figures/a.svg", "figures/a.json", "thesis.tex"]
    ) {
      const text = name === "results.json"
        ? RESULTS
        : name.endsWith(".json")
        ? '{"figure": "a"}'
        : "";
      await Deno.writeTextFile(`${root}/out/${name}`, text);
    }
    const before = await trace(`${root}/out`);
    const listed = await run("tasks/clean.ts", [], { root });
    assert.equal(listed.code, 1);
    assert.match(listed.said, /clean --yes" removes: figures, index\.html, results\.json\n/);
    assert.deepEqual(await trace(`${root}/out`), before);
    const cleaned = await run("tasks/clean.ts", ["--yes"], { root });
    assert.match(cleaned.said, /left in .*out, .*: thesis\.tex/);
    assert.deepEqual(Object.keys(await trace(`${root}/out`)), ["thesis.tex"]);
    // without results of ours it is anybody's
    await Deno.writeTextFile(`${root}/out/index.html`, "");
    const others = await run("tasks/clean.ts", ["--yes"], { root });
    assert.match(others.said, /was not made by this project; nothing is removed/);
  }));

Deno.test("no report is written into a folder with files of others", () =>
  withProject(async (root, folder) => {
    await Deno.mkdir(`${folder}/site`);
    await Deno.writeTextFile(`${folder}/site/index.html`, "mine");
    const before = await trace(folder);
    for (const out of [`${folder}/site`, ".", ".cache"]) {
      const tasks = { "tasks/probe.ts": [], "tasks/acquire.ts": ["--recorded"] };
      for (const [script, args] of Object.entries(tasks)) {
        const env = { CSC_OUT: out, CSC_ARCHIVES: "csc21=http://127.0.0.1:9" };
        const { code, said } = await run(script, args, { root, env });
        assert.equal(code, 2, `${script} ${out}: ${said}`);
        assert.match(said, /CSC_OUT is .*name/, said);
      }
    }
    const after = Object.entries(await trace(folder));
    // the cache of the copied project is made
    const others = after.filter(([path]) => !path.startsWith("projects/csc/.cache"));
    assert.deepEqual(Object.fromEntries(others), before);
  }));

Deno.test("publish replaces only what publish made, and nothing outside --to", () =>
  inFolder(async (folder) => {
    await scoreSmall(folder, `${folder}/ngc.arrow`, false);
    await Deno.mkdir(`${folder}/papers/ngc`, { recursive: true });
    await Deno.mkdir(`${folder}/parent/to`, { recursive: true });
    await Deno.writeTextFile(`${folder}/papers/ngc/thesis.tex`, "mine");
    await Deno.writeTextFile(`${folder}/parent/thesis.tex`, "mine");
    for (const name of ["...arrow", "....arrow", " .arrow"]) {
      await Deno.copyFile(`${folder}/ngc.arrow`, `${folder}/parent/to/${name}`);
    }
    const before = await trace(folder);
    // whatever would be run in the end must not be reached
    const env = { CSC_PUBLISH_PYTHON: "/bin/false" };
    const there = await run("publish/publish.ts", ["ngc.arrow", "--to", "papers"], {
      cwd: folder,
      env,
    });
    assert.equal(there.code, 2, there.said);
    assert.match(there.said, /papers\/ngc was not made by this project: it is not replaced/);
    // of what does not say whether it is simulated nobody knows
    const foreign = { "plain.arrow": "ARROW1 and no more", "other.arrow": "a,b\n" };
    for (const [name, text] of Object.entries(foreign)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      const { code, said } = await run("publish/publish.ts", [name, "--to", "x"], {
        cwd: folder,
        env,
      });
      assert.equal(code, 2, said);
      assert.match(
        said,
        /cannot read .*: it is no catalogue of deno task score .*make one: deno task/,
      );
      await Deno.remove(`${folder}/${name}`);
    }
    pl.DataFrame({ name: ["a"], ra: [1], dec: [2], class: ["AGN"] }).writeIPC(
      `${folder}/mine.arrow`,
    );
    const mine = await run("publish/publish.ts", ["mine.arrow", "--to", "x"], { cwd: folder, env });
    assert.equal(mine.code, 2, mine.said);
    assert.match(
      mine.said,
      /mine\.arrow: it is no .* \(it does not say whether/,
    );
    await Deno.remove(`${folder}/mine.arrow`);
    for (const name of ["...arrow", "....arrow", " .arrow"]) {
      const args = [`parent/to/${name}`, "--to", "parent/to"];
      const { code, said } = await run("publish/publish.ts", args, { cwd: folder, env });
      assert.equal(code, 2, said);
      assert.match(said, /gives no name for a folder; rename the file/);
    }
    assert.deepEqual(await trace(folder), before);
    // one that was made, and then edited by hand, is not replaced either
    const made = `import { replaceFolder, writeAtomic } from "@csc-classify/safe-files";
      await replaceFolder("made/ngc", "a catalogue for archives", (to) => writeAtomic(to + "/ReadMe", "made"));`;
    const evaluated = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--config", `${ROOT}/deno.json`, made],
      cwd: folder,
    }).output();
    assert.equal(evaluated.code, 0, new TextDecoder().decode(evaluated.stderr));
    await Deno.writeTextFile(`${folder}/made/ngc/ReadMe`, "mine");
    const edited = await run("publish/publish.ts", ["ngc.arrow", "--to", "made"], {
      cwd: folder,
      env,
    });
    assert.equal(edited.code, 2, edited.said);
    assert.match(
      edited.said,
      /or that were changed since \(ReadMe\): it is not replaced; move them/,
    );
    assert.equal(await Deno.readTextFile(`${folder}/made/ngc/ReadMe`), "mine");
  }));

Deno.test("clean removes nothing beneath a report at work, and a bundle waits for its end", () =>
  withProject(async (root, folder) => {
    const out = `${folder}/out`, env = { CSC_OUT: out };
    const head = { data: "d", dataSha256: "", profile: "smoke", seed: 1, simulated: true };
    const results = JSON.stringify({ head: { ...head, versions: {} }, results: {} });
    const holder = await scriptAtWork(
      root,
      env,
      `import { holdFolder } from "${root}/tools/report/hold-folder.ts";
      import { useOutFolder } from "${root}/tools/tasks/out-folder.ts";
      import { writeAtomic } from "@csc-classify/safe-files";
      const out = await useOutFolder();
      await writeAtomic(out + "/results.json", ${JSON.stringify(results)});
      using _held = await holdFolder(out, console.error);
      console.log("held");
      for await (const _ of Deno.stdin.readable);`,
    );
    const before = await trace(out);
    for (const args of [[], ["--all", "--yes"]]) {
      const { code, said } = await run("tasks/clean.ts", args, { root, env });
      assert.equal(code, 1, said);
      assert.match(
        said,
        /The report of process \d+ is writing to .*out: nothing is removed; stop it/,
      );
    }
    assert.deepEqual(await trace(out), before);
    const archived = await run("publish/archive.ts", ["--to", `${folder}/b.tar.gz`], { root, env });
    assert.equal(archived.code, 0, archived.said);
    const waiting = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", `${root}/tools/publish/restore.ts`, `${folder}/b.tar.gz`],
      env,
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let words = "";
    for await (const text of waiting.stderr.pipeThrough(new TextDecoderStream())) {
      words += text;
      if (/waiting for it to end/.test(words)) break;
    }
    assert.match(words, /is writing to .*out; waiting for it to end/);
    await holder[Symbol.asyncDispose]();
    assert.equal((await waiting.status).code, 0);
    const cleaned = await run("tasks/clean.ts", ["--all"], { root, env });
    assert.equal(cleaned.code, 0, cleaned.said);
  }));

Deno.test("acquire --fresh removes answers it kept, and neither a folder nor other files", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/cache`);
    await Deno.writeTextFile(`${folder}/cache/thesis.tex`, "mine");
    await Deno.writeTextFile(`${folder}/cache/manifest.json`, "mine");
    const before = await trace(folder);
    const env = { CSC_ARCHIVES: "csc21=http://127.0.0.1:9", CSC_OUT: `${folder}/out` };
    const args = ["--area", "158 -57.5 0.2", "--fresh", "--cache"];
    const mine = await run("tasks/acquire.ts", [...args, `${folder}/cache`], { env });
    assert.equal(mine.code, 2, mine.said);
    assert.match(mine.said, /--cache is .*holds files that this project did not make/);
    assert.deepEqual({ ...before, ...await trace(folder) }, await trace(folder));
    // one of ours, with a file that came later
    const kept = `${folder}/kept`, key = "0123456789abcdef0123456789abcdef";
    await Deno.mkdir(kept);
    const note = {
      service: "s",
      url: "u",
      query: "q",
      date: "2026",
      sha256: "",
      rows: 1,
      bytes: 1,
    };
    await Deno.writeTextFile(
      `${kept}/${key}.json`,
      JSON.stringify({ ...note, file: `${key}.response` }),
    );
    await Deno.writeTextFile(`${kept}/${key}.response`, "");
    const first = await run("tasks/acquire.ts", [...args.slice(0, 2), "--cache", kept], { env });
    assert.match(first.said, /Answers kept since 2026/);
    await Deno.writeTextFile(`${kept}/thesis.tex`, "mine");
    const fresh = await run("tasks/acquire.ts", [...args, kept], { env });
    assert.equal(fresh.code, 1, fresh.said);
    assert.deepEqual(Object.keys(await trace(kept)).sort(), [MARK, "thesis.tex"]);
  }));

Deno.test("acquire replaces no tables of others", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/mine`);
    await Deno.writeTextFile(`${folder}/mine/catalogue.parquet`, "mine");
    await Deno.writeTextFile(`${folder}/field.csv`, "mine");
    const before = await trace(folder);
    const env = { CSC_OUT: `${folder}/out` };
    const to = ["--recorded", "--out", `${folder}/mine`];
    const tables = await run("tasks/acquire.ts", to, { env });
    assert.equal(tables.code, 2, tables.said);
    assert.match(tables.said, /catalogue\.parquet is there and was not written by this project/);
    const scored = ["--recorded", "--out", `${folder}/new`, "--score", `${folder}/field.csv`];
    const product = await run("tasks/acquire.ts", scored, { env });
    assert.equal(product.code, 2, product.said);
    assert.match(product.said, /field\.csv is there and was not written/);
    assert.deepEqual(await trace(folder), before);
    const again = ["--recorded", "--out", `${folder}/new`];
    for (const args of [again, again, [...to, "--overwrite"]]) {
      assert.equal((await run("tasks/acquire.ts", args, { env })).code, 0);
    }
    await Deno.writeTextFile(`${folder}/mine/catalogue.parquet`, "changed by hand");
    const changed = await run("tasks/acquire.ts", to, { env });
    assert.match(changed.said, /catalogue\.parquet is there and was not written by this project/);
    assert.equal(changed.code, 2);
  }));

Deno.test({
  name: "a pipe in the place of results, of a note or of a list is not waited for",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withProject(async (root, folder) => {
      const out = `${folder}/out`, env = { CSC_OUT: out };
      const pipes = [
        "results.json",
        "report.json",
        "model/pipeline.json",
        "acquired/x/acquired.json",
      ];
      for (const path of [...pipes, "parts/job.json", "parts/sources/partition_info.csv"]) {
        await Deno.mkdir(dirname(`${out}/${path}`), { recursive: true });
        await new Deno.Command("mkfifo", { args: [`${out}/${path}`] }).output();
      }
      const commands: [script: string, ...args: string[]][] = [
        ["tasks/clean.ts"],
        ["tasks/acquire.ts", "--recorded"],
        ["tasks/acquire.ts", "--retry"],
        ["publish/archive.ts", "--to", `${folder}/b.tar.gz`],
        ["publish/publish.ts"],
        ["cluster/work.ts", "gather", `${out}/parts`],
      ];
      for (const [script, ...args] of commands) {
        const { code, said } = await run(script, args, { root, env });
        assert.ok(code === 1 || code === 2, `${script}: ${code}: ${said}`);
        assert.doesNotMatch(said, /^\s+at .*\.ts:\d+/m, script);
      }
    }),
});

/** A table and a classifier in a folder, and a way to score there. */
async function withTable(
  test: (score: (...args: string[]) => Promise<Run>, folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
    await Deno.writeTextFile(`${folder}/s.csv`, "name,ra,dec,flux_b\na,1,2,1e-14\nb,1,2,x\n");
    const score = (...args: string[]) =>
      run("tasks/score.ts", [...args, "--model", "model"], { cwd: folder });
    await test(score, folder);
  });
}

Deno.test("score removes no folder whose name begins like those it works in", () =>
  withTable(async (score, folder) => {
    await Deno.mkdir(`${folder}/.score-results`);
    await Deno.writeTextFile(`${folder}/.score-results/lock`, "");
    await Deno.writeTextFile(`${folder}/.score-results/thesis.tex`, "mine");
    const before = await trace(`${folder}/.score-results`);
    const { code, said } = await score("s.csv", "--out", "o.csv");
    assert.equal(code, 3, said);
    assert.deepEqual(await trace(`${folder}/.score-results`), before);
    assert.deepEqual(
      [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /^\.score/.test(name)),
      [".score-results"],
    );
  }));

Deno.test("score replaces neither its table under another name, nor descriptions and lists of others", () =>
  withTable(async (score, folder) => {
    const table = await Deno.readTextFile(`${folder}/s.csv`);
    await Deno.writeTextFile(`${folder}/x.csv-metadata.json`, table);
    await Deno.writeTextFile(`${folder}/p.csv-metadata.json`, '{"mine": true}');
    const described = { "@context": "http://www.w3.org/ns/csvw", url: "q.csv", simulated: true };
    await Deno.writeTextFile(`${folder}/q.csv-metadata.json`, JSON.stringify(described));
    await Deno.writeTextFile(`${folder}/mine.csv`, "my,own\n");
    await Deno.symlink("mine.csv", `${folder}/link.csv`);
    await Deno.mkdir(`${folder}/folder.csv`);
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe.csv`] }).output();
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    const files = Object.keys(await trace(folder));
    const cases: [args: string[], message: RegExp][] = [
      [["x.csv-metadata.json", "--out", "x.csv"], /its description .*is the table itself/],
      [["s.csv", "--out", "p.csv"], /p\.csv-metadata\.json is there and was not written by this/],
      [["s.csv", "--out", "q.csv"], /q\.csv-metadata\.json is there and was not written by this/],
      [["s.csv", "--out", "o.csv", "--rejects", "o.csv-metadata.json"], /is what --out .*names/],
      [["s.csv", "--out", "o.csv", "--rejects", "p.csv-metadata.json"], /was not written by this/],
      [["s.csv", "--out", "o.csv", "--rejects", "mine.csv"], /was not written by this project/],
      [["s.csv", "--out", "mine.csv"], /mine\.csv is there and was not written by this project/],
      [["s.csv", "--out", "link.csv"], /link\.csv is a link; name a file/],
      [["s.csv", "--out", "folder.csv"], /folder\.csv is a folder; name a file/],
      [["s.csv", "--out", "pipe.csv"], /no regular file/],
      [["s.csv", "--out", "o.csv", "--rejects", "pipe"], /no regular file/],
      [["s.csv", "--out", "o.csv", "--rejects", "/dev/null"], /no regular file/],
      [["s.csv", "--out", "o.csv", "--rejects", "model/pipeline.json"], /lies in the classifier's/],
      [["s.csv", "--out", "no/o.csv"], /there is no folder no; make it first/],
    ];
    for (const [args, message] of cases) {
      const { code, said } = await score(...args);
      assert.equal(code, 2, `${args}: ${said}`);
      assert.match(said, message);
    }
    assert.deepEqual(Object.keys(await trace(folder)), files);
    assert.equal(await Deno.readTextFile(`${folder}/x.csv-metadata.json`), table);
    assert.equal(await Deno.readTextFile(`${folder}/mine.csv`), "my,own\n");
    assert.equal(await Deno.readTextFile(`${folder}/p.csv-metadata.json`), '{"mine": true}');
    const told = await score("s.csv", "--out", "mine.csv", "--overwrite");
    assert.equal(told.code, 3, told.said);
  }));

Deno.test("score replaces its own products of every format, and nobody's of the same name", () =>
  withTable(async (score, folder) => {
    for (const name of ["o.csv", "o.parquet", "o.arrow", "o.vot"]) {
      for (const _ of [1, 2]) {
        const { code, said } = await score("s.csv", "--out", name);
        assert.equal(code, 3, said);
      }
      // another table under the same name: one of the user
      await Deno.writeTextFile(`${folder}/${name}`, "name,note\na,mine\n");
      const { code, said } = await score("s.csv", "--out", name);
      assert.equal(code, 2, said);
      assert.equal(await Deno.readTextFile(`${folder}/${name}`), "name,note\na,mine\n");
    }
    // an edited one, its columns as they were
    await score("s.csv", "--out", "e.csv");
    const edited = (await Deno.readTextFile(`${folder}/e.csv`)).replace(/\na,/, "\nmine,");
    await Deno.writeTextFile(`${folder}/e.csv`, edited);
    const again = await score("s.csv", "--out", "e.csv");
    assert.equal(again.code, 2, again.said);
    assert.match(again.said, /e\.csv is there and was not written by this project/);
    assert.equal(await Deno.readTextFile(`${folder}/e.csv`), edited);
    await score("s.csv", "--out", "r.csv");
    await Deno.chmod(`${folder}/r.csv`, 0o444);
    const { code, said } = await score("s.csv", "--out", "r.csv");
    assert.equal(code, 2, said);
    assert.match(said, /r\.csv is read-only; make it writable/);
  }));

/** A file as another program or an editor leaves it: as long as before, one letter another. */
async function edit(path: string): Promise<void> {
  const bytes = await Deno.readFile(path), middle = bytes.length >> 1;
  bytes[middle] ^= 1;
  await Deno.writeFile(path, bytes);
}

Deno.test("what score wrote and its user changed since is kept: product, description, list of rejects", () =>
  withTable(async (score, folder) => {
    for (const product of ["o.csv", "o.parquet", "o.arrow", "o.vot"]) {
      const beside = product === "o.csv" ? [`${product}-metadata.json`] : [];
      for (const file of [product, ...beside, `${product}.rejects.csv`]) {
        assert.equal((await score("s.csv", "--out", product)).code, 3);
        await edit(`${folder}/${file}`);
        const before = await trace(folder);
        const { code, said } = await score("s.csv", "--out", product);
        assert.equal(code, 2, `${file}: ${said}`);
        assert.match(
          said,
          /was not written by this project, or was changed since; name another, or/,
        );
        assert.ok(said.includes(`${file} is there`), said);
        assert.deepEqual(await trace(folder), before);
        assert.equal((await score("s.csv", "--out", product, "--overwrite")).code, 3);
      }
    }
    // rows that can all be used: an edited list of those that could not is no list of this run
    await edit(`${folder}/o.vot.rejects.csv`);
    await Deno.writeTextFile(`${folder}/all.csv`, "name,ra,dec,flux_b\na,1,2,1e-14\n");
    const kept = await score("all.csv", "--out", "o.vot");
    assert.equal(kept.code, 2, kept.said);
    assert.ok(await Deno.stat(`${folder}/o.vot.rejects.csv`));
  }));

Deno.test("a table that was copied to another name is its user's", () =>
  withTable(async (score, folder) => {
    assert.equal((await score("s.csv", "--out", "o.vot")).code, 3);
    await Deno.copyFile(`${folder}/o.vot`, `${folder}/final.vot`);
    const { code, said } = await score("s.csv", "--out", "final.vot");
    assert.equal(code, 2, said);
  }));

Deno.test("a run killed while it gave its files their names is gone on with by the same command", () =>
  withTable(async (_, folder) => {
    const dying = `import { promises as fs } from "node:fs";
      const { rename } = fs;
      let left = Number(Deno.env.get("RENAMES"));
      fs.rename = async (from, to) => {
        if (/o\\.csv[^/]*$/.test(to) && !/part$/.test(to) && !/\\.score-/.test(to) && left-- === 0) {
          Deno.kill(Deno.pid, "SIGKILL");
        }
        return await rename(from, to);
      };`;
    await Deno.writeTextFile(`${folder}/dying.ts`, dying);
    const score = async (table: string, more: Record<string, string> = {}) => {
      const preload = "RENAMES" in more ? ["--preload", `${folder}/dying.ts`] : [];
      const to = ["--out", "o.csv", "--model", "model"];
      return await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--no-check", "-A", ...preload],
          ...[`${ROOT}/tools/tasks/score.ts`, table, ...to],
        ],
        cwd: folder,
        env: { NO_COLOR: "1", ...more },
      }).output();
    };
    await Deno.writeTextFile(`${folder}/t.csv`, "name,ra,dec,flux_b\nc,1,2,2e-14\nd,1,2,x\n");
    const files = ["o.csv.rejects.csv", "o.csv-metadata.json", "o.csv"];
    for (const isThere of [false, true]) {
      for (const renames of [0, 1, 2]) {
        for (const file of files) await Deno.remove(`${folder}/${file}`).catch(() => {});
        if (isThere) assert.equal((await score("s.csv")).code, 3);
        const killed = await score("t.csv", { RENAMES: String(renames) });
        assert.equal(killed.signal, "SIGKILL", new TextDecoder().decode(killed.stderr));
        const { code, stderr } = await score("t.csv");
        assert.equal(code, 3, new TextDecoder().decode(stderr));
        assert.match(await Deno.readTextFile(`${folder}/o.csv`), /\nc,/);
        const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
        assert.deepEqual(names.filter((name) => /^\.score-|\.part$/.test(name)), []);
      }
    }
  }));

/** A command of a project that is at work until it is disposed of. */
function commandAtWork(root: string, env: Record<string, string>): Promise<AsyncDisposable> {
  return scriptAtWork(
    root,
    env,
    `import { runTask } from "${root}/tools/tasks/run-task.ts";
    await runTask(async () => {
      console.log("at work");
      for await (const _ of Deno.stdin.readable);
      return 0;
    });`,
  );
}

/**
 * A script of a project that has said something and is at work until it is disposed of.
 *
 * @param script Ends where its input ends.
 */
async function scriptAtWork(
  root: string,
  env: Record<string, string>,
  script: string,
): Promise<AsyncDisposable> {
  await Deno.writeTextFile(`${root}/hold.ts`, script);
  const holder = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${root}/hold.ts`],
    env,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const said = holder.stdout.getReader();
  await said.read();
  return {
    async [Symbol.asyncDispose]() {
      await holder.stdin.close();
      await holder.status;
      await said.cancel();
    },
  };
}

// in a copy of the project, whose cache no other command holds
Deno.test("folders that were made for work that failed go with it; others do not", () =>
  withProject(async (root, folder) => {
    const traceOfOthers = async () =>
      Object.fromEntries(
        Object.entries(await trace(folder)).filter(([path]) => !/^projects(\/|$)/.test(path)),
      );
    await scoreSmall(folder, `${folder}/ngc.arrow`, false);
    await Deno.mkdir(`${folder}/mine`);
    const before = await traceOfOthers();
    const env = { CSC_PUBLISH_PYTHON: "/bin/false", CSC_OUT: `${folder}/out` };
    const publish = (...to: string[]) =>
      run("publish/publish.ts", [`${folder}/ngc.arrow`, ...to], { root, env });
    for (const to of [[], ["--to", `${folder}/new/deep`], ["--to", `${folder}/mine/x`]]) {
      const { code, said } = await publish(...to);
      assert.equal(code, 1, said);
      assert.deepEqual(await traceOfOthers(), before, to.join(" "));
    }
    const none = { CSC_ARCHIVES: "csc21=http://127.0.0.1:9", CSC_OUT: `${folder}/out` };
    const area = ["--area", "158 -57.5 0.2"];
    const places = [
      [],
      ["--out", `${folder}/a/b`, "--cache", `${folder}/c/d`],
      ["--out", `${folder}/mine/a`, "--cache", `${folder}/mine/c`],
    ];
    for (const place of places) {
      const { code, said } = await run("tasks/acquire.ts", [...area, ...place], {
        root,
        env: none,
      });
      assert.equal(code, 1, said);
      assert.deepEqual(await traceOfOthers(), before, place.join(" "));
    }
    // another command may have seen the folder and be about to write there
    {
      await using _ = await commandAtWork(root, env);
      assert.equal((await publish("--to", `${folder}/new`)).code, 1);
      assert.deepEqual(Object.keys(await trace(`${folder}/new`)), []);
    }
    assert.equal((await publish("--to", `${folder}/new`)).code, 1);
    assert.deepEqual(await traceOfOthers(), { ...before, new: "/" });
  }));

Deno.test("folds go into no folder with files of others", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/mine`);
    await Deno.writeTextFile(`${folder}/mine/thesis.tex`, "mine");
    const env = { CSC_OUT: `${folder}/out` }, settings = ["--profile", "smoke"];
    const before = await trace(`${folder}/mine`);
    for (const command of [["validate", "--shard", "1/9999"], ["gather"]]) {
      const args = [...command, ...settings, "--data", "simulated", "--store", `${folder}/mine`];
      const { code, said } = await run("cluster/work.ts", args, { env });
      assert.equal(code, 2, said);
      assert.match(said, /--store is .*mine, which holds files that this project did not make/);
    }
    assert.deepEqual(await trace(`${folder}/mine`), before);
    const key = "0".repeat(32);
    await Deno.mkdir(`${folder}/folds/${key}`, { recursive: true });
    await Deno.writeTextFile(
      `${folder}/folds/${key}/iteration-0-fold-1-${"0".repeat(16)}.arrow`,
      "of an earlier version",
    );
    const args = ["validate", "--shard", "9999/9999", ...settings, "--data", "simulated"];
    for (const store of ["folds", "new"]) {
      const { code, said } = await run("cluster/work.ts", [
        ...args,
        "--store",
        `${folder}/${store}`,
      ], {
        env,
      });
      assert.equal(code, 0, said);
    }
  }));

Deno.test("clean removes nothing of the cache while a command with another CSC_OUT is at work", () =>
  withProject(async (root, folder) => {
    const atWork = await commandAtWork(root, { CSC_OUT: `${folder}/a` });
    await Deno.mkdir(`${root}/.cache/folds`);
    await Deno.writeTextFile(`${root}/.cache/folds/f`, "");
    const env = { CSC_OUT: `${folder}/b` };
    for (const args of [[], ["--all", "--yes"]]) {
      const { code, said } = await run("tasks/clean.ts", args, { root, env });
      assert.equal(code, 1, said);
      assert.match(said, /Another command of this project .* is at work with .*nothing is removed/);
      assert.ok(await Deno.stat(`${root}/.cache/folds/f`));
    }
    await atWork[Symbol.asyncDispose]();
    const { code, said: done } = await run("tasks/clean.ts", ["--all"], { root, env });
    assert.equal(code, 0, done);
    assert.equal(await Deno.stat(`${root}/.cache`).catch(() => "gone"), "gone");
  }));

Deno.test("clean keeps what is known of files elsewhere, but with --all", () =>
  withProject(async (root, folder) => {
    const make = `import { makeFolder, writeAtomic } from "@csc-classify/safe-files";
      import { CACHE } from "${root}/lib/run/files.ts";
      import { WRITTEN } from "${root}/tools/tasks/own-product.ts";
      await makeFolder(CACHE, "cache");
      await writeAtomic("${folder}/o.vot", "made", WRITTEN);`;
    await Deno.writeTextFile(`${root}/make.ts`, make);
    assert.equal((await run("../make.ts", [], { root })).code, 0);
    const { code, said } = await run("tasks/clean.ts", [], { root });
    assert.equal(code, 0, said);
    assert.equal([...Deno.readDirSync(`${root}/.cache/written`)].length, 1);
    assert.equal((await run("tasks/clean.ts", ["--all"], { root })).code, 0);
    assert.equal(await Deno.stat(`${root}/.cache`).catch(() => "gone"), "gone");
  }));

Deno.test("archive replaces its own bundles and no file of others; parts are cut into a new folder", () =>
  inFolder(async (folder) => {
    const env = { CSC_OUT: `${folder}/out` };
    await Deno.mkdir(`${folder}/out`);
    await Deno.writeTextFile(`${folder}/out/results.json`, RESULTS);
    await Deno.writeTextFile(`${folder}/thesis.tar.gz`, "mine");
    const archive = (...args: string[]) => run("publish/archive.ts", args, { env });
    const mine = await archive("--to", `${folder}/thesis.tar.gz`);
    assert.equal(mine.code, 2, mine.said);
    assert.match(mine.said, /thesis\.tar\.gz is there and was not written by this project/);
    assert.equal(await Deno.readTextFile(`${folder}/thesis.tar.gz`), "mine");
    // what is bundled does not become the bundle
    await Deno.mkdir(`${folder}/out/model`);
    await Deno.writeTextFile(`${folder}/out/model/pipeline.json`, "{}");
    for (const name of ["results.json", "model/pipeline.json", "model/new.tar.gz"]) {
      const { code, said } = await archive("--to", `${folder}/out/${name}`, "--overwrite");
      assert.equal(code, 2, said);
      assert.match(said, /(is|lies in) a part of the bundle/);
    }
    assert.equal(await Deno.readTextFile(`${folder}/out/results.json`), RESULTS);
    for (const _ of [1, 2]) assert.equal((await archive("--to", `${folder}/b.tar.gz`)).code, 0);
    for (const _ of [1, 2]) assert.equal((await archive()).code, 0);
    await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
    await Deno.writeTextFile(`${folder}/s.csv`, "name,ra,dec,flux_b\na,1,2,1e-14\n");
    await Deno.mkdir(`${folder}/mine`);
    await Deno.writeTextFile(`${folder}/mine/thesis.tex`, "mine");
    const partition = (to: string, ...more: string[]) => {
      const args = ["partition", `${folder}/s.csv`, "--to", to, "--model", `${folder}/model`];
      return run("cluster/work.ts", [...args, ...more], { env });
    };
    for (const more of [[], ["--overwrite"]]) {
      const { code, said } = await partition(`${folder}/mine`, ...more);
      assert.equal(code, 2, said);
      assert.match(said, /mine (is there; name a new folder|was not made by this project)/);
    }
    assert.deepEqual(Object.keys(await trace(`${folder}/mine`)), ["thesis.tex"]);
    assert.equal((await partition(`${folder}/parts`)).code, 0);
    const parts = await trace(`${folder}/parts`);
    await Deno.writeTextFile(`${folder}/s.csv`, "name,ra,dec,flux_b\nb,201,2,1e-14\n");
    const again = await partition(`${folder}/parts`);
    assert.equal(again.code, 2, again.said);
    assert.match(again.said, /parts is there; name a new folder.*--overwrite/);
    assert.deepEqual(await trace(`${folder}/parts`), parts);
    // nothing is scored into a folder that a link among the parts leads to
    const model = ["--model", `${folder}/model`], link = `${folder}/parts/scored/dataset/Norder=0`;
    await Deno.mkdir(dirname(link), { recursive: true });
    await Deno.symlink(`${folder}/mine`, link);
    const led = await run("cluster/work.ts", ["score", `${folder}/parts`, ...model], { env });
    assert.equal(led.code, 2, led.said);
    assert.match(
      led.said,
      /Norder=0 is a link, which is neither followed nor replaced; move it away/,
    );
    assert.deepEqual(Object.keys(await trace(`${folder}/mine`)), ["thesis.tex"]);
    await Deno.remove(link);
    // what was scored of the parts goes with them; a file of another hand does not
    const scored = await run("cluster/work.ts", ["score", `${folder}/parts`, ...model], { env });
    assert.equal(scored.code, 0, scored.said);
    for (const _ of [1, 2]) {
      const gathered = await run("cluster/work.ts", ["gather", `${folder}/parts`], { env });
      assert.equal(gathered.code, 0, gathered.said);
    }
    const classes = `${folder}/parts/scored/classes.json`, made = await Deno.readTextFile(classes);
    await Deno.writeTextFile(classes, "mine");
    const edited = await run("cluster/work.ts", ["gather", `${folder}/parts`], { env });
    assert.equal(edited.code, 2, edited.said);
    assert.match(edited.said, /classes\.json is no part .*was changed since .*move it away/);
    assert.equal(await Deno.readTextFile(classes), "mine");
    await Deno.writeTextFile(classes, made);
    await Deno.writeTextFile(`${folder}/parts/scored/notes.txt`, "mine");
    const kept = await partition(`${folder}/parts`, "--overwrite");
    assert.equal(kept.code, 2, kept.said);
    assert.match(kept.said, /\(scored\/notes\.txt\): it is not replaced/);
    await Deno.remove(`${folder}/parts/scored/notes.txt`);
    const told = await partition(`${folder}/parts`, "--overwrite");
    assert.equal(told.code, 0, told.said);
    const list = await Deno.readTextFile(`${folder}/parts/sources/partition_info.csv`);
    assert.equal(
      list.trim().split("\n").length,
      2,
      "one part of the second table, none of the first",
    );
  }));
