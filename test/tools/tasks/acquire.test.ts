import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { ROOT } from "#lib/run/files.ts";

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(task: string, args: readonly string[], env = {}): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${ROOT}/tools/tasks/${task}.ts`, ...args],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("a dry run says what would be asked, how often and how long, and asks nothing", async () => {
  // an address that nothing answers at: asking it would fail
  const env = { CSC_ARCHIVES: "http://127.0.0.1:9" };
  const field = await run("acquire", ["--dry-run", "--area", "10:32:00 -57:30:00 0.2"], env);
  assert.equal(field.code, 0, field.err);
  assert.match(field.out, /^CSC 2\.1, 10:32:00 -57:30:00 0\.2: about 6\d requests/);
  assert.match(field.out, /HEASARC TAP: .*hmxbcat.*intrefcat/);
  assert.match(field.out, /\d+ s when each is answered within a second.*\nNothing was asked\./);
  const all = await run("acquire", ["--dry-run", "--release", "2.0", "--ned-many"], env);
  assert.match(all.out, /317167 +NED: one a second for each source/);
});

Deno.test("the recorded answers are acquired without a network and say that they are invented", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { code, out } = await run("acquire", ["--recorded", "--out", folder]);
    assert.equal(code, 0);
    assert.match(out, /24 sources, 20 selected/);
    assert.match(out, /These sources are INVENTED/);
    const release = pl.readParquet(`${folder}/catalogue.parquet`).getColumn("release").toArray();
    assert.deepEqual([...new Set(release)], ["2.0, invented"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("archives that cannot be reached end the task in words; a nonsense area, too", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const env = { CSC_ARCHIVES: "csc21=http://127.0.0.1:9" };
    const args = ["--area", "158 -57.5 0.2", "--cache", cache];
    const wrong = await run("acquire", ["--area", "there"], env);
    assert.deepEqual([wrong.code, /"there" is no area; write right ascension/.test(wrong.err)], [
      1,
      true,
    ]);
    const ned = await run("acquire", [...args, "--ned"], env);
    assert.match(ned.err, /NED does not know names of CSC 2\.1/);
    const down = await run("acquire", args, env);
    assert.equal(down.code, 1);
    assert.match(
      down.err,
      /Chandra Source Catalog 2\.1 TAP: the connection to .* failed.*Remedy:/s,
    );
    assert.doesNotMatch(down.err, /\n\s+at /);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("the probe writes a page, what differs first, and tells by its exit code", async () => {
  const out = await Deno.makeTempDir();
  try {
    const env = { CSC_ARCHIVES: "http://127.0.0.1:9", CSC_OUT: out };
    const { code } = await run("probe", [], env);
    assert.equal(code, 3);
    const page = await Deno.readTextFile(`${out}/probe.md`);
    assert.match(page, /^# The archives on \d{4}-\d\d-\d\d\n\n0 of \d+ tables are as expected\./);
    assert.match(page, /\| \*\*no\*\* \| SIMBAD TAP \| basic \|/);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
