import assert from "node:assert/strict";
import { blobFile, openFile } from "../browser.ts";

/** A download of VizieR in tabs: tables by name, each with its columns and rows. */
function vizier(tables: Readonly<Record<string, readonly (readonly string[])[]>>): string {
  const parts = Object.entries(tables).map(([name, [columns, ...rows]]) =>
    [
      `#Table\t${name.replaceAll("/", "_")}:`,
      `#Name: ${name}`,
      ...columns.map((column) => `#Column\t${column}\t(A8)\t${column}`),
      columns.join("\t"),
      columns.map(() => "").join("\t").replace(/^/, " "),
      columns.map(() => "-----").join("\t"),
      ...rows.map((row) => row.join("\t")),
    ].join("\n")
  );
  return `#\n#RESOURCE=yCat_1\n#Name: J/A\n${parts.join("\n\n")}\n`;
}

async function read(text: string, table?: string) {
  const opened = await openFile(blobFile("t.tsv", new Blob([text])), { table });
  const names: unknown[] = [];
  for await (const row of opened.rows!) names.push(row[0]);
  return { names, columns: opened.columns.map(({ name }) => name), notes: opened.notes!.join(" ") };
}

const OBSERVATIONS = [["ObsID", "Exp"], ["123", "10"], ["124", "20"]];
const SOURCES = [["Name", "RAJ2000", "DEJ2000"], ["A", "1", "2"], ["B", "2", "3"]];
const OTHERS = [["Name", "RAJ2000", "DEJ2000", "z"], ["C", "1", "2", "0.5"]];

Deno.test("of several tables below each other the one with positions is read, and it is said", async () => {
  const { names, columns, notes } = await read(
    vizier({ "J/A/t1": OBSERVATIONS, "J/A/t2": SOURCES }),
  );
  assert.deepEqual(names, ["A", "B"]);
  assert.deepEqual(columns, SOURCES[0]);
  assert.match(notes, /Of its 2 tables J\/A\/t2 is read, the one with positions, not J\/A\/t1/);
  // whichever stands first
  const first = await read(vizier({ "J/A/t1": SOURCES, "J/A/t2": OBSERVATIONS }));
  assert.deepEqual(first.names, ["A", "B"]);
});

Deno.test("a table that is wanted by name or number is read, wherever it stands; else it is asked", async () => {
  const text = vizier({ "J/A/t1": SOURCES, "J/A/t2": OTHERS });
  await assert.rejects(
    read(text),
    /2 tables: 1 "J\/A\/t1": 2 rows of Name.*2 "J\/A\/t2": 1 rows .*--table NAME or --table NUMBER/,
  );
  for (const wanted of ["2", "J/A/t2", "j/a/T2"]) {
    assert.deepEqual((await read(text, wanted)).names, ["C"], wanted);
  }
  assert.deepEqual((await read(text, "1")).names, ["A", "B"]);
  await assert.rejects(read(text, "3"), /there is no table "3"/);
  // beyond what shows that there are several
  const long = [
    SOURCES[0],
    ...Array.from({ length: 70_000 }, (_, i) => [`s${i}`, "100.12345", "2"]),
  ];
  const far = vizier({ "J/A/t1": long, "J/A/t2": OTHERS });
  await assert.rejects(read(far), /another table begins.*say which is meant with --table/);
  assert.deepEqual((await read(far, "2")).names, ["C"]);
  assert.equal((await read(far, "1")).names.length, 70_000);
});

Deno.test("a text of one table is read as it was, whatever its comments say", async () => {
  assert.deepEqual((await read(vizier({ "J/A/t1": SOURCES }))).names, ["A", "B"]);
  assert.deepEqual((await read("# Table 1\n# Table 2\nname,ra\nA,1\n")).names, ["A"]);
});
