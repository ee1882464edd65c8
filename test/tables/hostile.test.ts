// Slow: reads a thousand tables.
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { columnOf, type Doubt, FEATURE_NAMES, parseChoice } from "@csc-classify/chandra-sources";
import { readTable } from "@csc-classify/chandra-sources/tables";
import { type Random, random } from "@csc-classify/forests";
import { ROOT } from "#lib/run/files.ts";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { smallClassifier } from "../scoring/small-pipeline.ts";
import { share } from "../thorough.ts";
import { openSources, RejectsList } from "#tools/tasks/user-table.ts";
import { type End, goodFiles, HOSTILE, type Hostile, type Row } from "./hostile-tables.ts";

/** What a user saw: rows taken in, rows left out with their complaints, or a refusal. */
interface Seen {
  readonly rows: readonly Row[];
  readonly rejected: number;
  readonly told: string;
  readonly error?: string;
}

async function take({ file, bytes, options = [] }: Hostile): Promise<Seen> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, file), told: string[] = [];
  const after = (option: string) => options[options.indexOf(option) + 1];
  try {
    await Deno.writeFile(path, bytes);
    using rejects = new RejectsList(`${folder}/list.csv`);
    const { counts, batches } = await openSources(path, rejects, {
      features: FEATURE_NAMES,
      folder,
      column: options.includes("--column") ? [parseChoice(after("--column"))] : [],
      encoding: options.includes("--encoding") ? after("--encoding") : undefined,
      force: options.includes("--force") ? [after("--force") as Doubt] : [],
      tell: (line) => told.push(line),
    });
    const [{ names, ra, dec, ...rest }] = await Array.fromAsync(batches);
    const [flux, G] = ["flux_b", "G"].map((name) => columnOf(rest, name));
    assert.equal(counts.rows, counts.accepted + counts.rejected + counts.repeated);
    assert.equal(names.length, counts.accepted);
    return {
      rows: names.map((name, i) => [name, ra[i], dec[i], flux[i], G[i]]),
      rejected: counts.rejected,
      told: told.join("\n"),
    };
  } catch (error) {
    assert.equal((error as Error).name, "TableError", `${(error as Error).stack}`);
    const message = [...told, (error as Error).message].join("\n");
    return { rows: [], rejected: 0, told: "", error: message };
  } finally {
    assert.deepEqual(await Deno.readFile(path), new Uint8Array(bytes));
    await Deno.remove(folder, { recursive: true });
  }
}

function check(end: End, seen: Seen, file: string): void {
  const said = seen.error ?? seen.told;
  // deno-lint-ignore no-control-regex -- a table's control characters must not reach the terminal
  assert.doesNotMatch(said, /[\x00-\x08\x0b-\x1f\x7f-\x9f]|\n {4}at |panicked|undefined|\[object/);
  assert.ok(said.length < 10_000, `${said.length} characters are no message`);
  if ("refused" in end) {
    assert.match(seen.error ?? `taken in: ${JSON.stringify(seen)}`, end.refused);
    assert.ok(seen.error!.includes(basename(file)), `names the file: ${seen.error}`);
    return;
  }
  assert.equal(seen.error, undefined);
  assert.equal(seen.rejected, end.rejected);
  if (end.problem) assert.match(seen.told, end.problem);
  assert.equal(seen.rows.length, end.rows.length);
  end.rows.forEach((row, i) => {
    assert.equal(seen.rows[i][0], row[0]);
    const near = row.slice(1).every((value, k) => {
      const got = seen.rows[i][k + 1], wanted = Number(value);
      const tolerance = (row[0] === "x" && k < 2 ? 1e-4 : 1e-6) * Math.abs(wanted);
      return Object.is(got, wanted) || Math.abs(Number(got) - wanted) <= tolerance;
    });
    assert.ok(near, `${JSON.stringify(seen.rows[i])}, expected ${JSON.stringify(row)}`);
  });
}

Deno.test(`each of ${HOSTILE.length} hostile tables gives right values or a refusal that helps`, async (t) => {
  assert.ok(HOSTILE.length >= 120);
  for (const table of HOSTILE) {
    await t.step(table.title, async () => check(table.end, await take(table), table.file));
  }
});

/** Through the command line go every twelfth table, and those with options. */
const TYPED = HOSTILE.filter(({ options }, i) => i % 12 === 0 || options);

Deno.test(`${TYPED.length} hostile tables through deno task score: exit code, message, nothing else on disk`, async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "hostile tables \u00fc \u661f " });
  try {
    await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
    for (const { title, file, bytes, end, options = [] } of TYPED) {
      await t.step(title, async () => {
        const place = await Deno.makeTempDir({ dir: folder }), path = `${place}/${file}`;
        await Deno.writeFile(path, bytes);
        const { code, stderr } = await new Deno.Command(Deno.execPath(), {
          args: [
            ...["task", "--quiet", "score", path, "--out", `${place}/out.csv`, "--workers", "1"],
            ...["--model", `${folder}/model`, ...options],
          ],
          cwd: ROOT,
          env: { NO_COLOR: "1" },
        }).output();
        const said = new TextDecoder().decode(stderr);
        const names = [...Deno.readDirSync(place)].map(({ name }) => name).sort();
        assert.deepEqual(await Deno.readFile(path), new Uint8Array(bytes));
        assert.doesNotMatch(said, /\n {4}at |panicked/);
        if ("refused" in end) {
          assert.equal(code, 2, said);
          assert.match(said, end.refused);
          assert.deepEqual(names, [file]);
          return;
        }
        const list = end.rejected > 0 ? ["out.csv.rejects.csv"] : [];
        assert.equal(code, end.rejected > 0 ? 3 : 0, said);
        assert.deepEqual(names, ["out.csv", "out.csv-metadata.json", ...list, file].sort());
        const lines = (await Deno.readTextFile(`${place}/out.csv`)).split("\n");
        assert.ok(lines.length - 2 >= end.rows.length, `${lines.length} lines`);
        // what a spreadsheet would compute is text
        assert.ok(lines.every((line) => !/^"?[=+@\t]/.test(line)));
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** One to four changes: bits flipped, bytes put in, taken out, doubled, exchanged, cut off. */
function mutate(good: Uint8Array, draw: Random): Uint8Array {
  let bytes = [...good];
  for (let changes = 1 + draw.integer(4); changes > 0 && bytes.length > 0; changes--) {
    const at = draw.integer(bytes.length), length = 1 + draw.integer(draw.integer(4) ? 8 : 300);
    const piece = bytes.slice(at, at + length);
    const kind = draw.integer(7);
    if (kind === 0) bytes[at] ^= 1 << draw.integer(8);
    else if (kind === 1) bytes.splice(at, 0, ...piece.map(() => draw.integer(256)));
    else if (kind === 2) bytes.splice(at, length);
    else if (kind === 3) bytes.splice(at, 0, ...piece);
    else if (kind === 4) bytes.splice(draw.integer(bytes.length), 0, ...bytes.splice(at, length));
    else if (kind === 5) bytes = bytes.slice(0, at);
    else {piece.forEach((_, i) =>
        bytes[at + i] = "0123456789.,-+eE<>\"' \n\0"[draw.integer(23)].charCodeAt(0)
      );}
  }
  return Uint8Array.from(bytes);
}

/** Rows that a simple count finds in a text; undefined where quotes make it no simple matter. */
function rowsByEye(file: string, bytes: Uint8Array): number | undefined {
  const text = new TextDecoder(file.startsWith("utf16") ? "utf-16le" : "utf-8").decode(bytes);
  if (file === "text.vot") return text.match(/<TR>/g)?.length ?? 0;
  if (!/csv$|tsv$/.test(file) || text.includes('"')) return undefined;
  const lines = text.split(/\r\n|\n|\r/).filter((line) => !line.startsWith("#"));
  const separator = file === "t.tsv" ? "\t" : ",";
  return lines.filter((line) => line.split(separator).some((cell) => cell.trim())).length - 1;
}

const MUTATIONS = share(10_000);

Deno.test(`${MUTATIONS} mutations of good files lose no row silently, hang nowhere and end in words`, async () => {
  const files = Object.entries(goodFiles());
  const folder = await Deno.makeTempDir();
  const ends = { whole: 0, partly: 0, refused: 0 };
  try {
    for (let i = 0; i < MUTATIONS; i++) {
      const [file, good] = files[i % files.length], path = `${folder}/${file}`;
      const bytes = i < files.length ? good : mutate(good, random(20260117, "mutation", i));
      await Deno.writeFile(path, bytes);
      const where = `mutation ${i} of ${file}`, start = performance.now();
      const rejected = new Set<number>();
      let names = 0;
      try {
        const { batches, counts } = await readTable(path, {
          features: FEATURE_NAMES,
          onReject: ({ row }) => rejected.add(row),
        });
        for await (const batch of batches) names += batch.names.length;
        assert.equal(counts.rows, names + rejected.size + counts.repeated, where);
        assert.equal(counts.rejected, rejected.size, where);
        const expected = rowsByEye(file, bytes);
        if (expected !== undefined) assert.equal(counts.rows, expected, where);
        if (/arrow|parquet|fits/.test(file)) assert.equal(counts.rows, 40, where);
        ends[rejected.size === 0 ? "whole" : "partly"]++;
      } catch (error) {
        if ((error as Error).name !== "TableError") throw new Error(where, { cause: error });
        const { message } = error as Error;
        assert.ok(message.includes(path), `${where}: ${message}`);
        assert.doesNotMatch(message, /\n {4}at |panicked|undefined|\[object/, where);
        ends.refused++;
      }
      assert.ok(performance.now() - start < 10_000, `${where} took more than 10 s`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  console.log(ends);
  assert.ok(Math.min(...Object.values(ends)) > MUTATIONS / 20, JSON.stringify(ends));
});
