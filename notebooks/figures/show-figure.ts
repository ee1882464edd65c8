import { outFolder, writeAtomic, writeJson } from "#lib/run/files.ts";
import { provenance } from "#lib/run/provenance.ts";
import { readSettings } from "#lib/run/settings.ts";
import { display, escapeHtml, STYLE_ELEMENT } from "#lib/notebook/display.ts";
import { drawFigure, type Figure, figureTitle } from "./plot-kit.ts";
import { embedFonts } from "./standalone-svg.ts";

/**
 * Loads and draws a figure, shows it with its caption, and saves `out/figures/<id>.svg` with its
 * sidecar `<id>.json`: title, caption and provenance.
 *
 * @param width The printed width: the full page (178 mm) or one column (84 mm); the figure's own by default.
 * @throws what {@link Figure.load} throws when its inputs are absent.
 */
export async function showFigure<Data>(
  figure: Figure<Data>,
  width?: "page" | "column",
): Promise<void> {
  const { svg, caption } = await drawFigure(figure, width);
  const path = `${outFolder()}/figures/${figure.id}`;
  const inputs = figure.inputs.map((input) => `${outFolder()}/${input}`);
  await writeAtomic(`${path}.svg`, await embedFonts(svg));
  await writeJson(`${path}.json`, {
    figure: figure.id,
    title: figure.title,
    caption,
    provenance: await provenance(readSettings(), inputs),
  });
  const words = `${figureTitle(figure)}. ${caption}`;
  await display({
    "text/html": `${STYLE_ELEMENT}<figure class="csc"><div class="csc-paper">${svg.text}</div>` +
      `<figcaption>${escapeHtml(words)}</figcaption></figure>`,
    "text/plain": words,
  });
}
