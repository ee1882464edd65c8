import { drawFigure } from "../figures/draw-figure.ts";
import type { Figure } from "../figures/figure.ts";
import { figureTitle } from "../figures/figure-title.ts";
import { embedFonts } from "../figures/standalone-svg.ts";
import { outFolder } from "../run/paths.ts";
import { provenance } from "../run/provenance.ts";
import { readSettings } from "../run/settings.ts";
import { writeAtomic, writeJson } from "../run/write-atomic.ts";
import { display } from "./kernel.ts";
import { figureHtml } from "./show-plot.ts";
import { STYLE_ELEMENT } from "./styles.ts";

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
  await display({
    "text/html": STYLE_ELEMENT + figureHtml(svg.text, `${figureTitle(figure)}. ${caption}`),
    "text/plain": `${figureTitle(figure)}. ${caption}`,
  });
}
