import { readResults } from "../run/results.ts";
import { addText } from "./panels.ts";
import { COLUMN_PX, type Figure, PAGE_PX } from "./figure.ts";
import { type StandaloneSvg, standaloneSvg } from "./standalone-svg.ts";
import { FONT_PX, INK } from "./theme.ts";

const STAMP_PX = 14;

/** A figure drawn from its saved data, with the caption that belongs to it. */
export interface DrawnFigure {
  readonly svg: StandaloneSvg;
  readonly caption: string;
}

/**
 * Loads and draws a figure at its printed width. One that shows simulated sources says so in the
 * drawing itself, for a figure leaves its caption behind when it is passed on.
 *
 * @throws What {@link Figure.load} throws when the results it shows are absent.
 */
export async function drawFigure<Data>(
  figure: Figure<Data>,
  width: "page" | "column" = figure.width ?? "column",
): Promise<DrawnFigure> {
  const data = await figure.load();
  const svg = figure.draw(data, width === "page" ? PAGE_PX : COLUMN_PX);
  const simulated = figure.simulated?.(data) ?? (await readResults())?.head.simulated ?? false;
  if (simulated) stamp(svg);
  return { svg: standaloneSvg(svg), caption: figure.caption(data) };
}

/** Makes room on top and writes there that the sources are simulated. */
function stamp(svg: SVGSVGElement): void {
  const width = Number(svg.getAttribute("width")), height = Number(svg.getAttribute("height"));
  svg.setAttribute("height", String(height + STAMP_PX));
  svg.setAttribute("viewBox", `0 ${-STAMP_PX} ${width} ${height + STAMP_PX}`);
  addText(svg, "SIMULATED SOURCES", {
    x: width / 2,
    y: 9 - STAMP_PX,
    fontSize: FONT_PX.label,
    fill: INK.mark,
  });
}
