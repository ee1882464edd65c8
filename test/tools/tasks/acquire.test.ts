import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { ROOT } from "#lib/run/files.ts";
import { FixtureArchives } from "../../acquire/fixture-archives.ts";
import { InventedSky } from "../../acquire/invented-sky.ts";

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
  assert.match(field.out, /^CSC 2\.1, 10:32:00 -57:30:00 0\.2: about [67]\d requests/);
  assert.match(field.out, /HEASARC TAP: .*hmxbcat.*intrefcat/);
  assert.match(
    field.out,
    /\d+ s when each is answered within a second.*\nNothing was asked of them\./,
  );
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
    assert.match(out, /\ncomplete\n$/);
    const release = pl.readParquet(`${folder}/catalogue.parquet`).getColumn("release").toArray();
    assert.deepEqual([...new Set(release)], ["2.0, invented"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A task of this project takes so long to start on a busy machine, ms. */
const STARTS_MS = 5000;

Deno.test("archives that cannot be reached end the task in words; a nonsense area, too", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const env = { CSC_ARCHIVES: "csc21=http://127.0.0.1:9" };
    const args = ["--area", "158 -57.5 0.2", "--cache", cache];
    const wrong = await run("acquire", ["--area", "there"], env);
    assert.deepEqual([wrong.code, /"there" is no area; write right ascension/.test(wrong.err)], [
      2,
      true,
    ]);
    const ned = await run("acquire", [...args, "--ned"], env);
    assert.match(ned.err, /NED does not know names of CSC 2\.1/);
    // an archive that answers nothing of use, so that there is a network
    await using other = Deno.serve({ port: 0, onListen() {} }, () => new Response(""));
    const elsewhere = `http://127.0.0.1:${other.addr.port}|csc21=http://127.0.0.1:9`;
    const patience = ["--patience", "1"];
    const down = await run("acquire", [...args, ...patience], { CSC_ARCHIVES: elsewhere });
    assert.equal(down.code, 1);
    assert.match(
      down.err,
      /Chandra Source Catalog 2\.1 TAP: the connection to .* failed.*Remedy:/s,
    );
    assert.doesNotMatch(down.err, /\n\s+at /);
    const started = performance.now();
    const alone = await run("acquire", args, { CSC_ARCHIVES: "http://127.0.0.1:9" });
    assert.equal(alone.code, 1);
    assert.match(
      alone.err,
      /^\s*There is no network: none of 127\.0\.0\.1:9 can be reached \(.*kept\.\n$/,
    );
    assert.ok(performance.now() - started < 3000 + STARTS_MS, `${performance.now() - started} ms`);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("what a dead service was to give is named last, taken up by --retry, and then it is complete", async () => {
  const folder = await Deno.makeTempDir();
  try {
    let isDown = true;
    await using fixture = new FixtureArchives(new InventedSky(), {
      before: (service) =>
        service === "simbad" && isDown ? new Response("", { status: 503 }) : undefined,
    });
    const env = { CSC_ARCHIVES: fixture.url, CSC_OUT: `${folder}/out` };
    const args = ["--patience", "1", "--cache", `${folder}/cache`];
    const area = ["--area", "158 -57.5 0.2", "--out", `${folder}/mine`];
    const early = await run("acquire", [...args, ...area, "--retry"], env);
    assert.match(early.err, /has no acquisition to take up: run without --retry/);
    const first = await run("acquire", [...args, ...area], env);
    assert.equal(first.code, 3, first.err);
    assert.match(
      first.out,
      /\nwithout SIMBAD, objects of type HXB, .*\(SIMBAD TAP: answered HTTP 503\)\. Take it up later: deno task acquire --retry --out .*mine --cache .*\n$/,
    );
    isDown = false;
    const csc = fixture.asked("csc21");
    // by the command that it told, which knows the folders
    const [, told] = /Take it up later: deno task acquire (.*)\n$/.exec(first.out)!;
    const second = await run("acquire", told.split(" "), env);
    assert.equal(second.code, 0, second.err);
    assert.match(second.out, /\ncomplete\n$/);
    assert.equal(fixture.asked("csc21"), csc, "the sources were asked for again");
    const third = await run("acquire", [...args, "--retry", "--out", `${folder}/mine`], env);
    assert.match(third.out, /^Nothing was left out of .*\/mine: complete\n$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the probe writes a page, what differs first, and tells by its exit code", async () => {
  const out = await Deno.makeTempDir();
  try {
    const env = { CSC_ARCHIVES: "http://127.0.0.1:9", CSC_OUT: out };
    const { code } = await run("probe", [], env);
    assert.equal(code, 3);
    const page = await Deno.readTextFile(`${out}/probe.md`);
    assert.match(
      page,
      /^# The archives on \d{4}-\d\d-\d\d\n\n0 of \d+ tables and facts are as expected\./,
    );
    assert.match(page, /\| \*\*no\*\* \| SIMBAD TAP \| basic \|/);
    // what an archive says is text in an issue too, and nothing to a terminal
    await using odd = Deno.serve(
      { port: 0, onListen() {} },
      () => new Response("no < zph | *here*\x1b[2J", { status: 400 }),
    );
    const second = await run("probe", [], {
      ...env,
      CSC_ARCHIVES: `http://127.0.0.1:${odd.addr.port}`,
    });
    assert.match(second.out, /answered HTTP 400: no \\< zph \\\| \\\*here\\\*/);
    assert.ok(!second.out.includes("\x1b"));
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("an area is a list of circles or any table with positions, and says what it took", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const asked = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      const { code, out, err } = await run("acquire", ["--dry-run", "--area", `${folder}/${name}`]);
      return code === 0 ? `${err}${out.split("\n")[0]}` : `${code} ${err.trim()}`;
    };
    const circles = /^CSC 2\.1, the positions of list\.txt: about/;
    assert.match(await asked("list.txt", `# mine\n"my source" 158 -57.5 12'\n\n10 5\n`), circles);
    assert.match(await asked("list.txt", "ra dec radius\n158 -57.5 0.2\n"), circles);
    const table = /^.*sources\.csv: 2 positions, 3 arcsec around each\nCSC 2\.1, the positions of/;
    assert.match(
      await asked("sources.csv", "name,RA,Dec\na,158,-57.5\nb,10:32:00,-57:30:00\n"),
      table,
    );
    // a third column that is no radius is not taken for one
    assert.match(await asked("sources.csv", "ra,dec,err\n158,-57.5,0.5\n159,-57.5,0.4\n"), table);
    assert.match(
      await asked("some.csv", "name,ra,dec\na,158,-57.5\nb,,\n"),
      /1 positions, 3 arcsec around each; 1 rows without a position are left out/,
    );
    assert.match(
      await asked("gal.csv", "name,l,b\na,285,0\n"),
      /^2 .*gal\.csv has no columns ra and dec/,
    );
    assert.match(await asked("list.txt", "158 -57.5\nfoo\n"), /^2 line 2: "foo" is no area/);
    assert.match(await asked("none.txt", ""), /^2 the positions of none\.txt holds no positions/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("options that contradict each other are refused before anything is asked", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const area = ["--area", "158 -57.5 0.2"];
    const cases: [string[], RegExp][] = [
      [
        ["--dry-run", "--ned"],
        /NED does not know names of CSC 2\.1; leave --ned out, or take --rel/,
      ],
      [["--labels-class", "CV"], /--labels-class is of --labels: give both/],
      [["--recorded", ...area], /'--recorded' cannot be used with option '--area/],
      [["--retry", "--ned"], /'--retry' cannot be used with option '--ned'/],
      [["--score", "x.doc", ...area], /'x\.doc' is invalid\. Use one of \.arrow, /],
      [["--out", folder, "--cache", folder, ...area], /--out and --cache are both .*; give each a/],
      [["--area", `${folder}/none.txt`], /--area names the file .*none\.txt, which is not there/],
      [["--area", folder], /--area names the file .*, which is a folder/],
      [["--area", "sources.csv"], /--area names the file sources\.csv, which is not there/],
    ];
    const env = { CSC_ARCHIVES: "http://127.0.0.1:9", CSC_OUT: `${folder}/out` };
    for (const [args, words] of cases) {
      const { code, err } = await run("acquire", args, env);
      assert.equal(code, 2, `${args.join(" ")}: ${err}`);
      assert.match(err, words);
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder), ({ name }) => name), []);
    // recorded answers are those of the archives themselves, whatever is set
    const recorded = await run("acquire", ["--recorded", "--out", `${folder}/r`], env);
    assert.equal(recorded.code, 0, recorded.err);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a pipe and a device are no lists of positions or labels, and nothing waits for them", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    for (const [option, path] of [["--area", `${folder}/pipe`], ["--labels", "/dev/zero"]]) {
      const { code, err } = await run("acquire", [option, path, "--dry-run"], {});
      assert.equal(code, 2, err);
      assert.match(err, /is no regular file \(.* devices?\); save it as a file/);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
