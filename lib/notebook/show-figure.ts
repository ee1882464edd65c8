import { outFolder, writeAtomic, writeJson } from "../run/files.ts";
import { provenance } from "../run/provenance.ts";
import { readSettings } from "../run/settings.ts";
import { display, escapeHtml, STYLE_ELEMENT } from "./display.ts";
import { drawFigure, type Figure, figureTitle } from "./plot-kit.ts";
import { embedFonts, standaloneSvg } from "./standalone-svg.ts";

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

/** A drawing on white with its caption, as HTML. */
export function figureHtml(svgText: string, caption: string): string {
  return `<figure class="csc"><div class="csc-paper">${svgText}</div>` +
    `<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

/**
 * Shows a drawing in the cell without saving it: for a look on the way; a figure that the reader
 * takes away is a `Figure` and is shown by `showFigure`.
 *
 * @param svg What `Plot.plot({ document, ... })` gives.
 * @param caption Plain text.
 * @throws TypeError when `svg` is not one `<svg>` element.
 */
export async function showPlot(svg: Element, caption: string): Promise<void> {
  if (svg.tagName.toLowerCase() !== "svg") {
    throw new TypeError(
      `showPlot needs one <svg>, not <${svg.tagName.toLowerCase()}>: draw the legend inside the ` +
        "plot and do without Plot's title, caption and legend options",
    );
  }
  await display({
    "text/html": STYLE_ELEMENT + figureHtml(standaloneSvg(svg as SVGSVGElement).text, caption),
    "text/plain": caption,
  });
}
