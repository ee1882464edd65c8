import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ROOT } from "#lib/run/files.ts";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";

const IS_ROOT = Deno.build.os === "linux" && Deno.uid() === 0;
const HAS_TOOLS = IS_ROOT && await Promise.all(
  ["useradd", "userdel", "setpriv"].map((name) => runCommand(name, ["--help"])),
).then(() => true, () => false);
const WHY = IS_ROOT ? "no useradd, userdel or setpriv" : "needs root on Linux, to make a user";
if (!HAS_TOOLS) console.log(`skipped: a user who is not root: ${WHY}`);

const USER = `csc-test-${Deno.pid}`;

/** A user with a home in which lie Deno with its packages, a copy of the project, and a model. */
async function withUser(
  test: (home: string, run: (path: string, ...args: string[]) => Promise<Answer>) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "a home ☆ " }), project = `${home}/project`;
  await runCommand("useradd", ["--no-create-home", "--home-dir", home, USER]);
  try {
    await Deno.mkdir(project);
    for await (const { name } of Deno.readDir(ROOT)) {
      if ([".cache", ".git", "out"].includes(name)) continue;
      await runCommand("cp", ["-a", `${ROOT}/${name}`, project]);
    }
    await Deno.copyFile(Deno.execPath(), `${home}/deno`);
    const { npmCache } = JSON.parse(await runCommand(Deno.execPath(), ["info", "--json"]));
    const copy = (how: string) => runCommand("cp", [how, npmCache, `${home}/npm`]);
    await copy("-al").catch(() => copy("-a"));
    await writeModel(`${home}/model`, new SourceClassifier(smallClassifier()));
    await Deno.writeTextFile(`${home}/t.csv`, "name,ra,dec,flux_b,G\na,10,20,1e-14,15\n");
    // links are other users' files: only folders change hands
    await runCommand("find", [home, "-path", `${home}/npm`, "-prune", "-o", ...CHOWN]);
    await runCommand("find", [`${home}/npm`, "-type", "d", ...CHOWN]);
    await test(home, async (path, ...args) => {
      const as = ["--reuid", USER, "--regid", USER, "--clear-groups", "env"];
      const variables = [`HOME=${home}`, `DENO_DIR=${home}`, `PATH=${path}`, "NO_COLOR=1"];
      const { code, stdout, stderr } = await new Deno.Command("setpriv", {
        args: [...as, "-i", ...variables, `${home}/deno`, "task", "--quiet", ...args],
        cwd: project,
      }).output();
      return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
    });
  } finally {
    await runCommand("userdel", [USER]);
    await Deno.remove(home, { recursive: true });
  }
}

interface Answer {
  readonly code: number;
  readonly said: string;
}

const CHOWN = ["-exec", "chown", "-h", `${USER}:`, "{}", "+"];

Deno.test({
  name: "a user who is not root scores, and is told what only others may do and how to mend it",
  ignore: !HAS_TOOLS,
  fn: () =>
    withUser(async (home, run) => {
      const score = ["score", `${home}/t.csv`, "--model", `${home}/model`, "--out"];
      const first = await run("/usr/bin:/bin", ...score, `${home}/o.csv`);
      assert.equal(first.code, 0, first.said);
      assert.notEqual((await Deno.stat(`${home}/o.csv`)).uid, 0);

      // all but a compiler is there
      const cache = `${home}/project/.cache`, bin = `${home}/bin`;
      const requirements = await Deno.readTextFile(`${ROOT}/tools/setup/requirements.txt`);
      const key = createHash("sha256").update(requirements).update(`${cache}/python`).digest("hex");
      await Deno.mkdir(`${cache}/python/bin`, { recursive: true });
      await Deno.mkdir(`${cache}/lightgbm/lightgbm-4.6.0`, { recursive: true });
      await Deno.writeTextFile(`${cache}/python/whole.json`, JSON.stringify({ key }));
      await Deno.writeTextFile(`${cache}/python/bin/python`, "");
      await Deno.mkdir(bin);
      await Deno.symlink("/bin/true", `${bin}/apt-get`);
      await runCommand("find", [cache, ...CHOWN]);
      const lacking = await run(bin, "setup");
      assert.equal(lacking.code, 1, lacking.said);
      assert.match(
        lacking.said,
        /emcc \(Emscripten\) is not on PATH, and only root may install it/,
      );
      assert.match(
        lacking.said,
        /Debian: sudo apt-get install emscripten\n[^]*without root: emsdk/,
      );

      // a folder that root made, as by a first run with sudo
      await runCommand("chown", ["-R", "root", cache]);
      const foreign = await run("/usr/bin:/bin", "setup");
      assert.equal(foreign.code, 1, foreign.said);
      assert.match(foreign.said, /Permission denied .*\.cache\/.*make .*\.cache yours: sudo chown/);
      assert.doesNotMatch(foreign.said, /at file:|Uncaught/);
      const second = await run("/usr/bin:/bin", ...score, `${home}/o.csv`);
      assert.equal(second.code, 0, second.said);
    }),
});
