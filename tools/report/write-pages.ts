import { load } from "#figures/saves.ts";
import { CLASSES } from "@csc-classify/chandra-sources";
import { readSources } from "@csc-classify/chandra-sources/files";
import { csvLine, openArrowFile } from "@csc-classify/vo-tables";
import { outFolder } from "#lib/run/files.ts";
import { SOURCE_COLUMNS } from "#lib/trust/classify.ts";
import { readModel } from "#lib/scoring/model-folder.ts";
import { writeClassifyPage } from "../classify-page/write-classify-page.ts";
import { writeExplorer } from "../explorer/write-explorer.ts";

/**
 * Writes `out/explorer.html` and `out/classify.html` from the catalogue and the model that
 * notebook 5 left in `out/`; returns their paths.
 *
 * @throws Error saying what to run first where there is none.
 */
export async function writePages(): Promise<string[]> {
  const out = outFolder();
  const { scored, sources, votable } = await load("pages");
  const classifier = await readModel(`${out}/model`);
  const [explorer, classify] = [`${out}/explorer.html`, `${out}/classify.html`];
  await writeExplorer({
    scored: `${out}/${scored}`,
    sources: `${out}/${sources}`,
    classifier,
    votable,
    output: explorer,
  });
  const examples = await exampleSources(`${out}/${scored}`, `${out}/${sources}`);
  await writeClassifyPage(classifier, classify, examples);
  return [explorer, classify];
}

const EXAMPLES = 20;

/**
 * A few sources of every class that there is, evenly from the catalogue, each once, as CSV with
 * what they have of the columns that the classifier reads: the page then says what the catalogue
 * says.
 */
export async function exampleSources(scored: string, sources: string): Promise<string> {
  const rows = new Map<string, number[]>(CLASSES.map((name) => [name, []]));
  const names: string[] = [];
  for await (const batch of (await openArrowFile(scored)).batches) {
    const [own, classes] = ["name", "class"].map((column) => batch.getChild(column)!);
    for (let at = 0; at < batch.numRows; at++) {
      rows.get(classes.get(at))?.push(names.length);
      names.push(own.get(at));
    }
  }
  // a source that two sets have is in the catalogue twice, with other values
  const chosen = new Map<string, number>();
  for (let turn = 0; turn < EXAMPLES; turn++) {
    for (const own of rows.values()) {
      const row = own[Math.floor((turn + 0.5) / EXAMPLES * own.length)];
      if (row === undefined || chosen.has(names[row]) || chosen.size === EXAMPLES) continue;
      chosen.set(names[row], row);
    }
  }
  const examples = [...chosen.values()].map((offset) =>
    readSources(sources, SOURCE_COLUMNS, { offset, length: 1 })
  );
  const columns = [...SOURCE_COLUMNS.keys()]
    .filter((column) => examples.some(({ matrix }) => !Number.isNaN(matrix.values[column])));
  const cell = (value: number) => Number.isNaN(value) ? null : value;
  return csvLine(["name", "ra", "dec", ...columns.map((column) => SOURCE_COLUMNS[column])]) +
    examples.map(({ names, ra, dec, matrix }) => {
      const values = columns.map((column) => matrix.values[column]);
      return csvLine([names[0], ...[ra[0], dec[0], ...values].map(cell)]);
    }).join("");
}
