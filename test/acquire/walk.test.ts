import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { isInside } from "@csc-classify/vo-archives";
import { isClass } from "../../packages/chandra-sources/classes.ts";
import { ROOT } from "#lib/run/files.ts";
import { random } from "@csc-classify/forests";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { acquiredSources, acquisitionsIn } from "@csc-classify/chandra-archives";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { smallClassifier } from "../scoring/small-pipeline.ts";
import { FixtureArchives } from "./fixture-archives.ts";
import { assertTrue, FIELD, InventedSky, type Table } from "./invented-sky.ts";
import { NO_TAP_SERVER, run, startTapServer, TAP_URL } from "./tap-server.ts";
import { THOROUGH } from "../thorough.ts";

if (NO_TAP_SERVER) console.log(`skipped: ${NO_TAP_SERVER}`);

const KILLS = THOROUGH ? 10 : 2;
const INPUTS = "/var/gavo/inputs/walk";

/** A resource of the TAP server: tables of one schema, from csv files. */
function resource(schema: string, tables: Readonly<Record<string, Table>>): string {
  const types = { char: "text", double: "double precision", int: "integer", boolean: "boolean" };
  const parts = Object.entries(tables).map(([name, { columns }]) => {
    const fields = Object.entries(columns).map(([column, type]) =>
      `<column name="${column}" type="${types[type]}">` +
      `${type === "int" ? '<values nullLiteral="-1"/>' : ""}</column>`
    );
    return `<table id="${name}" onDisk="True" adql="True">${fields.join("")}</table>
      <data id="import_${name}"><sources>data/${schema}.${name}.csv</sources><csvGrammar/>
      <make table="${name}"><rowmaker idmaps="*"/></make></data>`;
  });
  const meta = Object.entries({
    title: "Invented sky",
    description: "No real objects.",
    creationDate: "2026-01-01T00:00:00Z",
    "creator.name": "Test",
    subject: "x-ray-astronomy",
  }).map(([name, text]) => `<meta name="${name}">${text}</meta>`);
  return `<resource schema="${schema}" resdir="walk">${meta.join("")}${parts.join("")}</resource>`;
}

/** Tables of the sky as the real TAP server has them: under their own names, typed alike. */
async function putIntoServer(sky: InventedSky): Promise<string[]> {
  await run(
    "install",
    "-d",
    "-o",
    "dachsroot",
    "-g",
    "gavo",
    "-m",
    "2775",
    INPUTS,
    `${INPUTS}/data`,
  );
  const [[csc, sources]] = Object.entries(sky.tap.csc21);
  // services without schemas: the server looks for bare names in "public"
  const schemas = {
    csc21: { [csc.split(".")[1]]: sources },
    public: { ...sky.tap.heasarc, ...sky.tap.simbad },
  };
  for (const [schema, tables] of Object.entries(schemas)) {
    for (const [name, { columns, rows }] of Object.entries(tables)) {
      const cell = (value: unknown) =>
        value === null ? "" : value === true ? "True" : value === false ? "False" : `"${value}"`;
      const lines = [Object.keys(columns).join(","), ...rows.map((row) => row.map(cell).join(","))];
      await Deno.writeTextFile(`${INPUTS}/data/${schema}.${name}.csv`, lines.join("\n") + "\n");
    }
    await Deno.writeTextFile(`${INPUTS}/${schema}.rd`, resource(schema, tables));
    await run("su", "dachsroot", "-c", `cd ${INPUTS}/.. && dachs imp walk/${schema}`);
  }
  return Object.keys(schemas);
}

interface Ended {
  readonly code: number;
  readonly err: string;
  readonly seconds: number;
}

/** Runs the task; kills it after so many seconds if told to. */
async function acquire(
  env: Record<string, string>,
  args: readonly string[],
  killAfter?: number,
): Promise<Ended> {
  const start = performance.now();
  const task = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${ROOT}/tools/tasks/acquire.ts`, ...args],
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = killAfter && setTimeout(() => task.kill("SIGKILL"), 1000 * killAfter);
  const { code, stderr, stdout } = await task.output();
  clearTimeout(timer);
  const err = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  return { code, err, seconds: (performance.now() - start) / 1000 };
}

async function bytesOf(folder: string): Promise<string> {
  const files = await Promise.all(
    ["catalogue.parquet", "training.parquet", "acquired.json"].map((name) =>
      Deno.readFile(`${folder}/${name}`)
    ),
  );
  return files.map((bytes) => bytes.toBase64()).join();
}

Deno.test({
  name: "from a real TAP server to a classified catalogue by one command",
  ignore: NO_TAP_SERVER !== undefined,
  async fn(t) {
    const sky = new InventedSky();
    const stop = await startTapServer();
    const folder = await Deno.makeTempDir();
    const schemas = await putIntoServer(sky);
    // VizieR's names cannot be had there, and X-Match and NED are no TAP services
    await using fixture = new FixtureArchives(sky);
    const { url } = fixture;
    const CSC_ARCHIVES = [
      `csc21=${TAP_URL}|heasarc=${TAP_URL}|simbad=${TAP_URL}`,
      `vizier=${url}/vizier|xmatch=${url}/xmatch|ned=${url}/ned`,
    ].join("|");
    const env = { CSC_ARCHIVES, CSC_OUT: `${folder}/out`, CSC_WORKERS: "1", NO_COLOR: "1" };
    await writeModel(`${folder}/out/model`, new SourceClassifier(smallClassifier()));
    try {
      await t.step(
        "every value of every source is what was put in, and all are scored",
        async () => {
          const args = ["--release", "2.1", "--cache", `${folder}/cache`];
          const scored = `${folder}/scored.parquet`;
          const { code, err } = await acquire(env, [...args, "--score", scored]);
          assert.equal(code, 0, err);
          const [listed] = await acquisitionsIn(`${folder}/out/acquired`);
          assert.equal(listed.folder, `${folder}/out/acquired/2.1`);
          const sources = (await acquiredSources(`${folder}/out/acquired`))!;
          assertTrue(sources, sky.truth);
          const catalogue = pl.readParquet(scored);
          assert.deepEqual([...catalogue.getColumn("name")], sources.names);
          const flagged = catalogue.filter(pl.col("selected").eq(pl.lit(false))).height;
          assert.equal(flagged, sky.truth.filter(({ selected }) => !selected).length);
          assert.ok([...catalogue.getColumn("release")].every((release) => release === "2.1"));
          const bright = new Map(sky.truth.map(({ name, features }) => [name, features.G <= 15]));
          const classes = [...catalogue.getColumn("class")];
          sources.names.forEach((name, row) => {
            if (bright.get(name)) assert.equal(classes[row], "STAR", name);
            else assert.notEqual(classes[row], "STAR", name);
          });
          const training = pl.readParquet(listed.training);
          const known = sky.truth.filter((one) => one.class && one.selected);
          assert.deepEqual(
            [...training.getColumn("name")].sort(),
            known.map(({ name }) => name).sort(),
          );
          assert.ok([...training.getColumn("class")].every((name) => isClass(String(name))));
        },
      );

      await t.step(
        `killed at ${KILLS} random moments and resumed, it ends in the same bytes`,
        async () => {
          const { ra, dec, radius } = FIELD, area = `${ra} ${dec} ${radius}`;
          const args = (name: string) => [
            ...["--area", area, "--out", `${folder}/${name}`, "--cache", `${folder}/${name}-cache`],
          ];
          const whole = await acquire(env, args("whole"));
          assert.equal(whole.code, 0, whole.err);
          const expected = await bytesOf(`${folder}/whole`);
          const stream = random(21, "kills");
          let killed = 0, kept = 0;
          for (let i = 0; i < KILLS; i++) {
            const at = whole.seconds * (0.15 + 0.8 * stream.uniform());
            const first = await acquire(env, args(`killed-${i}`), at);
            if (first.code !== 0) killed++;
            const before = fixture.requests.length;
            const { code, err } = await acquire(env, args(`killed-${i}`));
            assert.equal(code, 0, err);
            if (fixture.requests.length - before < 20) kept++;
            assert.equal(await bytesOf(`${folder}/killed-${i}`), expected, `kill ${i}, ${at} s`);
            for await (const { name } of Deno.readDir(`${folder}/killed-${i}`)) {
              assert.doesNotMatch(name, /part$/);
            }
          }
          console.log(`${killed} of ${KILLS} were killed in time, ${kept} had answers kept`);
          assert.ok(killed >= 0.5 * KILLS, `${killed} killed`);
        },
      );

      await t.step(
        "with one service dead, one slow and one lying there is a catalogue, and --retry ends in the same bytes",
        async () => {
          // long enough for the real server on a busy machine
          const { ra, dec, radius } = FIELD, area = ["--area", `${ra} ${dec} ${radius}`];
          const lie = "<VOTABLE><RESOURCE><TABLE>" +
            ["csc_row", "angDist"].map((name) => `<FIELD name="${name}" datatype="double"/>`).join(
              "",
            ) +
            "<DATA><TABLEDATA><TR><TD>99</TD><TD>0.1</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>";
          let isIll = true;
          fixture.faults = {
            before: (service, request) => {
              if (!isIll) return undefined;
              if (service === "simbad") return new Response("", { status: 503 });
              if (service === "vizier") return new Promise((answer) => setTimeout(answer, 9000));
              if (service !== "xmatch" || request.method !== "POST") return undefined;
              return new Response(lie);
            },
          };
          const ill = {
            ...env,
            CSC_OUT: `${folder}/ill`,
            CSC_ARCHIVES: CSC_ARCHIVES.replace(`simbad=${TAP_URL}`, `simbad=${url}/simbad`),
          };
          const cache = (name: string) => ["--patience", "8", "--cache", `${folder}/${name}-kept`];
          const first = await acquire(ill, [...area, ...cache("ill")]);
          assert.equal(first.code, 3, first.err);
          assert.match(
            first.err,
            /\nwithout .*SIMBAD TAP: answered HTTP 503.*VizieR TAP: sent nothing for 8 s/,
          );
          const [listed] = await acquisitionsIn(`${folder}/ill/acquired`);
          assert.deepEqual([listed.sources, listed.complete], [24, false]);
          assert.ok(
            listed.problems.some((one) => /^gaia: left out: the column .* is missing/.test(one)),
          );
          isIll = false;
          const retried = await acquire(ill, ["--retry", ...cache("ill")]);
          assert.equal(retried.code, 0, retried.err);
          const whole = await acquire({ ...ill, CSC_OUT: `${folder}/well` }, [
            ...area,
            ...cache("well"),
          ]);
          assert.equal(whole.code, 0, whole.err);
          const of = (name: string) => bytesOf(`${folder}/${name}/acquired/2.1-158_-57.5_0.2`);
          assert.equal(await of("ill"), await of("well"));
          fixture.faults = {};
        },
      );

      await t.step("the field alone has the same values", async () => {
        const sources = (await acquiredSources(folder))!;
        const field = { cones: [FIELD], words: "" };
        assertTrue(sources, sky.truth.filter(({ ra, dec }) => isInside(field, ra, dec)));
      });
    } finally {
      for (const schema of schemas) {
        await run("su", "dachsroot", "-c", `cd ${INPUTS}/.. && dachs drop walk/${schema}`)
          .catch(() => {});
      }
      await Deno.remove(INPUTS, { recursive: true });
      await Deno.remove(folder, { recursive: true });
      await stop();
    }
  },
});
