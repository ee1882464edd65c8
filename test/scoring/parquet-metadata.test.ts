import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { addParquetMetadata, readParquetMetadata } from "#lib/scoring/write-parquet.ts";

Deno.test("keys added to a Parquet file are read back, the last of a name wins, rows stay", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/t.parquet`;
    pl.DataFrame({ a: [1, null, 3], b: ["x", "y", null], c: [true, false, null] }).writeParquet(
      path,
    );
    const before = pl.readParquet(path).toRecords();
    await addParquetMetadata(path, { title: "one", long: "ü".repeat(40_000) });
    await addParquetMetadata(path, { title: "two", empty: "" });
    const { title, long, empty } = await readParquetMetadata(path);
    assert.deepEqual([title, long.length, empty], ["two", 40_000, ""]);
    assert.deepEqual(pl.readParquet(path).toRecords(), before);
    // more than 15 keys take the long form of a Thrift list
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, String(i)]));
    await addParquetMetadata(path, many);
    assert.equal((await readParquetMetadata(path)).k29, "29");
    assert.equal(pl.scanParquet(path).select("b").collectSync().height, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what is not Parquet is refused and left as it is", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "name,ra\nno parquet\n");
  await assert.rejects(addParquetMetadata(path, { a: "b" }), /not a Parquet file/);
  assert.equal(await Deno.readTextFile(path), "name,ra\nno parquet\n");
  await Deno.remove(path);
});
