import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { pathToFileURL } from "node:url";
import { blobFile, openFile } from "@csc-classify/vo-tables/browser";
import { ROOT } from "#lib/run/files.ts";
import { bundlePage } from "#tools/explorer/bundle-page.ts";
import { inScript } from "#tools/explorer/write-explorer.ts";
import { chromiumPath, launchChromium } from "../chromium.ts";
import { goodFiles, HOSTILE } from "../tables/hostile-tables.ts";

const READER = pathToFileURL(`${ROOT}/packages/vo-tables/browser.ts`).href;
/** What the page does with a file; {@link seen} is the same here. */
const ENTRY = `
import { blobFile, openFile } from "${READER}";
globalThis.readTable = async (file, base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return await (${seen})(file, bytes, blobFile, openFile);
};`;

/** Columns and cells of a file, or the reason why there are none, as a text. */
async function seen(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  blob: typeof blobFile,
  open: typeof openFile,
): Promise<string> {
  const plain = (_: string, cell: unknown) =>
    typeof cell === "bigint" || Number.isNaN(cell) ? String(cell) : cell ?? null;
  try {
    const { kind, columns, rows, notes } = await open(blob(file, new Blob([bytes])));
    const cells: unknown[] = [];
    for await (const row of rows) cells.push(row);
    return JSON.stringify({ kind, columns, cells, notes }, plain);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

Deno.test({
  name: "a page reads and refuses what the command does: hostile and good tables, one session",
  ignore: !chromiumPath,
  async fn() {
    const good = Object.entries(goodFiles()).map(([file, bytes]) => ({ file, bytes }));
    const cut = good.flatMap(({ file, bytes }) =>
      [0.4, 0.7, 0.95].map((share) => ({ file, bytes: bytes.subarray(0, share * bytes.length) }))
    );
    const tables = [...HOSTILE, ...good, ...cut].filter(({ bytes }) => bytes.length < 1e6);
    assert.ok(tables.length >= 290);
    const folder = await Deno.makeTempDir(), browser = await launchChromium();
    try {
      await Deno.writeTextFile(`${folder}/entry.ts`, ENTRY);
      const script = inScript(await bundlePage(pathToFileURL(`${folder}/entry.ts`)));
      const policy = "default-src 'none'; script-src 'unsafe-inline'";
      await Deno.writeTextFile(
        `${folder}/page.html`,
        `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">` +
          `<script>${script}</script>`,
      );
      const page = await browser.newPage();
      await page.goto(pathToFileURL(`${folder}/page.html`).href);
      const ends = { read: 0, refused: 0 };
      for (const { file, bytes } of tables) {
        const own = new Uint8Array(bytes);
        const expected = await seen(file, own, blobFile, openFile);
        const base64 = Buffer.from(own).toString("base64");
        const found = await page.evaluate(
          ([file, base64]) =>
            (globalThis as unknown as { readTable(file: string, base64: string): Promise<string> })
              .readTable(file, base64),
          [file, base64],
        );
        assert.equal(found, expected, file);
        if (expected.startsWith("{")) ends.read++;
        else {
          assert.match(expected, /^TableError: cannot read /);
          ends.refused++;
        }
      }
      assert.ok(Math.min(ends.read, ends.refused) > 50, JSON.stringify(ends));
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
