import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import {
  Bool,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Struct,
  tableFromIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { parquetMetadata } from "hyparquet";
import pl from "nodejs-polars";
import { fromArrowSchema, toArrowSchema } from "../arrow-columns.ts";
import { openArrowFile, writeArrowFile } from "../arrow-file.ts";
import { type OutputColumn, type OutputMetadata, printed } from "@csc-classify/vo-tables/browser";
import { writeCsv } from "../write-csv.ts";
import { writeParquet } from "../write-parquet.ts";
import { writeVotable } from "../write-votable.ts";

const COLUMNS: OutputColumn[] = [
  { name: "name", type: "text", unit: "", ucd: "meta.id;meta.main", description: "name" },
  {
    name: "ra",
    type: "double",
    unit: "deg",
    ucd: "pos.eq.ra;meta.main",
    description: "R.A. <J2000>",
  },
  { name: "n", type: "integer", unit: "", ucd: "meta.number", description: "a count" },
  { name: "ok", type: "boolean", unit: "", ucd: "meta.code", description: "a flag" },
];
const METADATA: OutputMetadata = {
  title: "test",
  description: 'a "test" & more',
  simulated: true,
  provenance: { seed: "42", commit: "abc" },
};
const HOSTILE = '<script>alert("ü")</script>,\n=1+1';
const NAMES = ["a", HOSTILE, null, ""];
const RAS = [0.1, 359.99999999999994, null, 1e-300];
const COUNTS = [1, -2, null, 2147483647];
const FLAGS = [true, false, null, true];

const schema = toArrowSchema(COLUMNS, METADATA);

function batch(): RecordBatch {
  const children = [
    vectorFromArray(NAMES, new Utf8()),
    vectorFromArray(RAS, new Float64()),
    vectorFromArray(COUNTS, new Int32()),
    vectorFromArray(FLAGS, new Bool()),
  ].map((vector) => vector.data[0]);
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: 4, nullCount: 0, children }),
  );
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await writeArrowFile(`${folder}/t.arrow`, schema, [batch(), batch()]);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("an Arrow product carries columns and metadata in its schema", () =>
  inFolder(async (folder) => {
    const table = tableFromIPC(await Deno.readFile(`${folder}/t.arrow`));
    assert.deepEqual(fromArrowSchema(table.schema), { columns: COLUMNS, metadata: METADATA });
    assert.equal(table.numRows, 8);
    const { schema, batches } = await openArrowFile(`${folder}/t.arrow`);
    assert.deepEqual(fromArrowSchema(schema).metadata, METADATA);
    const counts = [];
    for await (const { numRows } of batches) counts.push(numRows);
    assert.deepEqual(counts, [4, 4]);
  }));

Deno.test("an interrupted Arrow product leaves no file", async () => {
  const folder = await Deno.makeTempDir();
  async function* broken() {
    yield batch();
    throw new Error("stop");
  }
  await assert.rejects(writeArrowFile(`${folder}/t.arrow`, schema, broken()), /stop/);
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});

Deno.test("Parquet holds equal values and its footer a VOTable of the columns", () =>
  inFolder(async (folder) => {
    const path = `${folder}/t.parquet`;
    await writeParquet(await openArrowFile(`${folder}/t.arrow`), path);
    const frame = pl.readParquet(path);
    assert.deepEqual(frame.columns, ["name", "ra", "n", "ok"]);
    assert.deepEqual([...frame.getColumn("name")].slice(4), NAMES);
    assert.deepEqual([...frame.getColumn("ra")].slice(0, 4), RAS);
    assert.deepEqual([...frame.getColumn("n")].slice(0, 4), COUNTS);
    assert.deepEqual([...frame.getColumn("ok")].slice(0, 4), FLAGS);
    const { key_value_metadata } = parquetMetadata((await Deno.readFile(path)).buffer);
    const metadata = Object.fromEntries(key_value_metadata!.map(({ key, value }) => [key, value]));
    assert.equal(metadata.seed, "42");
    assert.equal(metadata.simulated, "true");
    assert.match(
      metadata["IVOA.VOTable-Parquet.content"]!,
      /name="ra" datatype="double" unit="deg"/,
    );
  }));

Deno.test("CSV prints degrees to 6 decimals, probabilities to 5, and every other number whole", () => {
  const column = (unit: string, ucd: string) => ({
    name: "x",
    type: "double" as const,
    description: "",
    unit,
    ucd,
  });
  const [ra, p, flux] = [
    column("deg", "pos.eq.ra"),
    column("", "stat.probability"),
    column("mW.m**-2", "phot.flux"),
  ];
  assert.equal(printed(83.82208123456, ra), 83.822081);
  assert.equal(printed(0.99996912, p), 0.99997);
  assert.equal(printed(1.23456789e-15, flux), 1.23456789e-15);
  assert.equal(printed(null, p), null);
  assert.equal(printed("AGN", p), "AGN");
});

Deno.test("CSV quotes hostile text, leaves missing values empty and is described beside", () =>
  inFolder(async (folder) => {
    await writeCsv(await openArrowFile(`${folder}/t.arrow`), `${folder}/t.csv`);
    const text = await Deno.readTextFile(`${folder}/t.csv`);
    const quoted = '"<script>alert(""ü"")</script>,\n=1+1"';
    assert.ok(text.startsWith(
      `name,ra,n,ok\na,0.1,1,true\n${quoted},0,-2,false\n,,,\n,0,2147483647,true\n`,
    ));
    const csvw = JSON.parse(await Deno.readTextFile(`${folder}/t.csv-metadata.json`));
    assert.equal(csvw.tableSchema.columns[1].unit, "deg");
    assert.equal(csvw.simulated, true);
  }));

const ABSENT = !existsSync("/usr/bin/stilts");
if (ABSENT) console.log("skipped: VOTables checked by STILTS: no stilts");

async function runStilts(...args: string[]): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command("stilts", { args }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(success, new TextDecoder().decode(stderr));
  return text + new TextDecoder().decode(stderr);
}

Deno.test({
  name: "STILTS finds the VOTable clean and reads equal values from it",
  ignore: ABSENT,
  fn: () =>
    inFolder(async (folder) => {
      await writeVotable(await openArrowFile(`${folder}/t.arrow`), `${folder}/t.vot`);
      const lint = await runStilts("votlint", "ucd=true", `${folder}/t.vot`);
      assert.equal(lint.trim(), "");
      const csv = await runStilts("tcopy", `${folder}/t.vot`, "ofmt=csv", "out=-");
      const frame = pl.readCSV(csv, { quoteChar: '"' });
      assert.deepEqual([...frame.getColumn("ra")].slice(0, 4), RAS);
      assert.deepEqual([...frame.getColumn("n")].slice(0, 4), COUNTS);
      assert.equal(frame.getColumn("name").get(1), HOSTILE);
    }),
});

Deno.test("an Arrow product is on the disk batch by batch, however fast the batches come", async () => {
  const folder = await Deno.makeTempDir();
  const sizes: number[] = [];
  function* quick() {
    for (let i = 0; i < 5; i++) {
      yield batch();
      const [part] = [...Deno.readDirSync(folder)];
      sizes.push(Deno.statSync(`${folder}/${part.name}`).size);
    }
  }
  await writeArrowFile(`${folder}/t.arrow`, schema, quick());
  for (let i = 1; i < sizes.length; i++) assert.ok(sizes[i] > sizes[i - 1], sizes.join());
  await Deno.remove(folder, { recursive: true });
});
