import { tableHtml } from "#show/tables.ts";
import { STYLE_ELEMENT } from "#show/display.ts";
import { ROOT } from "#lib/run/files.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { writeClassifyPage } from "#tools/classify-page/write-classify-page.ts";
import { writeExplorer } from "#tools/explorer/write-explorer.ts";
import { cardPictures } from "#tools/report/card-pictures.ts";
import type { IndexContent } from "#tools/report/index-content.ts";
import { renderIndex, renderResults } from "#tools/report/render-index.ts";
import { exampleSources } from "#tools/report/write-pages.ts";
import { PYTHON } from "#tools/setup/python-environment.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { smallClassifier, writeSources } from "../../scoring/small-pipeline.ts";

/** Notebooks of the folder: twelve titles; the report of the sixth is there. */
const NAMES = Array.from({ length: 12 }, (_, i) => `${String(i + 1).padStart(2, "0")}-notebook`);

/** Every page of a small simulated run in a folder: index, results, a report, explorer, classify. */
export async function writeAllPages(folder: string): Promise<void> {
  const rows = Array.from({ length: 300 }, (_, i) => ({
    name: `STAR ${String(i).padStart(3, "0")}`,
    ...{ ra: 83 + i / 500, dec: -5 + i / 1000, G: i < 5 ? 18 : 12, flux_b: 1e-13 },
  }));
  const files = { scored: `${folder}/s.arrow`, sources: `${folder}/s.parquet` };
  writeSources(files.sources, rows);
  const classifier = new SourceClassifier(smallClassifier());
  const metadata = { title: "Test catalogue", description: "invented", simulated: true };
  await scoreFile({
    ...{ input: files.sources, output: files.scored, classifier: classifier.save(), workers: 1 },
    metadata: { ...metadata, provenance: {} },
  });
  const votable = "s.vot";
  await writeExplorer({ ...files, classifier, votable, output: `${folder}/explorer.html` });
  const examples = await exampleSources(files.scored, files.sources);
  await writeClassifyPage(classifier, `${folder}/classify.html`, examples);
  await writeReport(folder);
  const run = { why: "Why this question is asked, in a line or two.", seconds: 1, ended: "" };
  const content: IndexContent = {
    runs: NAMES.map((name, i) => (
      { ...run, name, title: `${i + 1}. A question?`, isOfRun: true, figures: [] }
    )),
    results: {
      head: {
        ...{
          data: "invented sources",
          dataSha256: "0",
          simulated: true,
          profile: "smoke",
          seed: 1,
        },
        versions: {},
      },
      results: {
        ...Object.fromEntries(
          [
            "headline.macro_f1",
            "blocked.lightgbm.macro_f1",
            "table6.lightgbm.f1",
            "calibration.ece",
          ]
            .map((key) => [key, { value: 50.5, low: 45, high: 55 }]),
        ),
        "table7.xray.f1": { value: 70, published: { value: 71, sigma: 1 } },
        "blocked.better.LMXB.recall": { value: 3 },
      },
    },
    figures: [],
    advice: [{ class: "Simulated data", text: "Believe none of it." }],
    files: ["explorer.html", "classify.html", "results.json", "catalogue/made.vot"]
      .map((path) => ({ path, bytes: 1000 })),
    code: { commit: "0123456789abcdef", clean: true },
    pictures: await cardPictures(files.scored),
  };
  await Deno.writeTextFile(`${folder}/index.html`, await renderIndex(content));
  await Deno.writeTextFile(`${folder}/results.html`, await renderResults(content));
}

/** The report of a notebook that has been run, made by the runner's own conversion. */
async function writeReport(folder: string): Promise<void> {
  const markdown = (source: string) => ({ cell_type: "markdown", metadata: {}, source });
  const html = (text: string) => ({
    ...{ output_type: "display_data", metadata: {} },
    data: { "text/html": STYLE_ELEMENT + text, "text/plain": "" },
  });
  const wide = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`a long name ${i}`, i]));
  const code = (source: string, ...outputs: unknown[]) => (
    { cell_type: "code", metadata: {}, source, execution_count: 1, outputs }
  );
  const bar = html(`<div class="csc-progress">✓ folds: 5 done in 0.0 s</div>`);
  const figure = html(
    `<figure class="csc" id="f"><div class="csc-paper"><svg role="img" aria-label="A figure" ` +
      `viewBox="0 0 673 100" style="width:1009.5px;min-width:673px"><text font-size="9" y="50">` +
      `Small letters</text></svg></div><figcaption>A figure</figcaption></figure>`,
  );
  const cells = (title: string) => [
    markdown(`# ${title}\n\nWhy.`),
    code(
      "const banner = 1;",
      html(`<div class="csc-banner"><b>SIMULATED DATA.</b> Invented.</div>`),
    ),
    ...["One", "Two", "Three"].map((name) => markdown(`## ${name}\n\nText.`)),
    code("const wide = 2;", bar, bar, html(tableHtml([wide], { caption: "SIMULATED: wide" }))),
    code("const figure = 3;", figure),
  ];
  const notebook = (title: string) =>
    JSON.stringify({ cells: cells(title), metadata: {}, nbformat: 4, nbformat_minor: 5 });
  for (const [i, name] of NAMES.entries()) {
    await Deno.writeTextFile(`${folder}/${name}.ipynb`, notebook(`${i + 1}. A question?`));
  }
  const program = `
import importlib.util, nbformat, pathlib, sys
spec = importlib.util.spec_from_file_location("runner", sys.argv[1])
runner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runner)
path = pathlib.Path(sys.argv[2])
page = runner.to_html(nbformat.read(path, as_version=4), path, pathlib.Path(sys.argv[3]))
path.with_suffix(".html").write_text(page, encoding="utf-8")
`;
  const tools = `${ROOT}/tools/report`;
  await runCommand(PYTHON, [
    ...["-c", program, `${tools}/run-notebook.py`, `${folder}/${NAMES[5]}.ipynb`],
    `${tools}/template`,
  ]);
}
