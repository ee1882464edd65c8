import { standaloneSvg } from "../figures/standalone-svg.ts";
import { escapeHtml } from "./escape-html.ts";
import { display } from "./kernel.ts";
import { STYLE_ELEMENT } from "./styles.ts";

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
