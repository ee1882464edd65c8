import assert from "node:assert/strict";
import { acquire, type Acquisition } from "@csc-classify/chandra-archives";
import { columnOf } from "@csc-classify/chandra-sources";
import { archivesOf } from "#tools/acquire/plan.ts";
import { FixtureArchives } from "./fixture-archives.ts";
import { FIELD, InventedSky } from "./invented-sky.ts";

/** A column of the CSC's answers as a service may have changed it. */
interface Change {
  readonly column: string;
  /** What stands in the first cell; as it was if absent. */
  readonly first?: string;
  readonly type?: string;
  readonly unit?: string;
}

/** The answer with one column changed, where it has that column. */
function changed(answer: string, { column, first, type, unit }: Change): string {
  const fields = [...answer.matchAll(/<FIELD name="([^"]*)" datatype="(\w+)"[^>]*\/>/g)];
  const at = fields.findIndex(([, name]) => name === column);
  if (at < 0) return answer;
  const size = type === "char" ? ' arraysize="*"' : "", said = unit ? ` unit="${unit}"` : "";
  const field = `<FIELD name="${column}" datatype="${type ?? fields[at][2]}"${size}${said}/>`;
  const isRow = /<TR>(.*?)<\/TR>/;
  return answer.replace(fields[at][0], field).replace(isRow, (row) => {
    let cell = -1;
    return row.replace(
      /<TD\/>|<TD>.*?<\/TD>/g,
      (whole) => ++cell === at && first !== undefined ? `<TD>${first}</TD>` : whole,
    );
  });
}

/** Acquires the invented field from a CSC whose answers are changed. */
async function acquired(change?: Change): Promise<Acquisition> {
  await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const answer = await fixture.answer(request);
    const isCsc = new URL(request.url).pathname.startsWith("/csc21");
    if (!change || !isCsc || answer.status !== 200) return answer;
    return new Response(changed(await answer.text(), change));
  });
  const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
  const area = { cones: [FIELD], words: "field" };
  return await acquire({ release: "2.1", area, archives, firstWaitMs: 1, attempts: 2 });
}

const CASES: readonly Change[] = [
  { column: "flux_aper_avg_b", first: "1,5e-14", type: "char" },
  { column: "flux_aper_avg_b", first: "&lt;1e-14", type: "char" },
  { column: "flux_aper_avg_b", first: "1e-14 erg", type: "char" },
  { column: "flux_aper_avg_b", first: "-99" },
  { column: "flux_aper_avg_b", first: "Inf" },
  { column: "err_ellipse_r0", first: "-1" },
  { column: "err_ellipse_r0", first: "1e6" },
  { column: "var_intra_prob_b", first: "7" },
  { column: "var_intra_index_b", first: "99" },
  { column: "significance", first: "-99" },
  { column: "conf_flag", first: "unknown", type: "char" },
];

Deno.test("a cell of the CSC that is none of its column's values is missing, and told with the source", async () => {
  const plain = await acquired();
  for (const change of CASES) {
    const label = JSON.stringify(change);
    const { sources, problems } = await acquired(change);
    const [told, ...rest] = problems.filter((one) => /^CSC 2\.1: /.test(one));
    assert.match(
      told ?? "",
      /^CSC 2\.1: \w+ of 1 of \d+ sources is .* of 2CXO J\d.*missing$/,
      label,
    );
    assert.ok(told.includes(change.column) && rest.length === 0, label);
    const before = [...columnOf(plain.sources, change.column)];
    const after = [...columnOf(sources, change.column)];
    const other = after.flatMap((value, row) => Object.is(value, before[row]) ? [] : [value]);
    // of the first row, if it lies inside the field
    assert.ok(other.every(Number.isNaN) && other.length <= 1, `${label}: ${other}`);
  }
  assert.deepEqual(plain.problems.filter((one) => /^CSC 2\.1: /.test(one)), []);
});

Deno.test("marks of missing values and flags in words are read as what they are", async () => {
  const marks = ["n/a", "---", "null", ""].map((first) => ({
    column: "flux_aper_avg_h",
    first,
    type: "char",
  }));
  const flags = ["Y", "TRUE", "1"].map((first) => ({ column: "var_flag", first, type: "char" }));
  for (const change of [...marks, ...flags]) {
    const { problems } = await acquired(change);
    assert.deepEqual(problems.filter((one) => /^CSC 2\.1: /.test(one)), [], JSON.stringify(change));
  }
});

Deno.test("a column of the CSC in another unit than ours is refused, in the same unit otherwise spelt taken", async () => {
  const refused: [string, string, string][] = [
    ["flux_aper_avg_b", "W/m2", "erg/s/cm2"],
    ["err_ellipse_r0", "deg", "arcsec"],
    ["ra", "h", "deg"],
    ["dec", "rad", "deg"],
  ];
  for (const [column, unit, ours] of refused) {
    await assert.rejects(
      acquired({ column, unit }),
      new RegExp(`the column ${column} is in "${unit}", expected ${ours}\\. Query: .*Remedy: `),
    );
  }
  const taken = { flux_aper_avg_b: "mW.m**-2", err_ellipse_r0: "arcsec", ra: "degrees", dec: "" };
  for (const [column, unit] of Object.entries(taken)) {
    assert.equal((await acquired({ column, unit })).sources.names.length, 24, column);
  }
});
