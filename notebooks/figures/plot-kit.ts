import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { CLASS_COLOURS, CLASS_SYMBOLS, CLASSES } from "@csc-classify/chandra-sources";
import { FONT_FAMILY, FONT_PX, INK } from "./fonts.ts";

/** One column of an MNRAS page, 84 mm, and the full width, 178 mm, in CSS pixels. */
export const COLUMN_PX = Math.round(84 / 25.4 * 96);
export const PAGE_PX = Math.round(178 / 25.4 * 96);

/** Scales of the classes: `fill: "class"` and `symbol: "class"` then give each its own. */
export const CLASS_SCALES: Pick<Plot.PlotOptions, "color" | "symbol"> = {
  color: { domain: CLASSES, range: CLASSES.map((name) => CLASS_COLOURS[name]) },
  symbol: { domain: CLASSES, range: CLASSES.map((name) => CLASS_SYMBOLS[name]) },
};

/** Options every plot of the project starts from: document, type, white ground. */
export function plotTheme(width: number): Plot.PlotOptions {
  return {
    document,
    width,
    style: {
      fontFamily: FONT_FAMILY,
      fontSize: `${FONT_PX.tick}px`,
      color: INK.text,
      background: "white",
    } as unknown as string, // Plot takes an object as well as a string
  };
}

/** The DOM document that Plot draws in: `Plot.plot({ document, ... })`. */
export const document = parseHTML("<!doctype html><html><body></body></html>")
  .document as Document;

const SVG = "http://www.w3.org/2000/svg";

/** Plots of one size side by side, `columns` to a row, as one SVG with room around. */
export function panels(
  plots: readonly SVGSVGElement[],
  columns: number,
  margins: { readonly left: number; readonly bottom: number },
): SVGSVGElement {
  const size = (name: string) => Number(plots[0].getAttribute(name));
  const width = size("width"), height = size("height");
  const rows = Math.ceil(plots.length / columns);
  const page = document.createElementNS(SVG, "svg") as SVGSVGElement;
  const pageWidth = margins.left + columns * width, pageHeight = rows * height + margins.bottom;
  page.setAttribute("width", String(pageWidth));
  page.setAttribute("height", String(pageHeight));
  page.setAttribute("viewBox", `0 0 ${pageWidth} ${pageHeight}`);
  plots.forEach((plot, i) => {
    const group = document.createElementNS(SVG, "g");
    const x = margins.left + (i % columns) * width, y = Math.floor(i / columns) * height;
    group.setAttribute("transform", `translate(${x},${y})`);
    for (const name of ["fill", "font-size", "text-anchor"]) {
      const value = plot.getAttribute(name);
      if (value) group.setAttribute(name, value);
    }
    group.append(...plot.childNodes);
    page.append(group);
  });
  return page;
}

/** A line of text in an SVG, e.g. an axis label shared by panels; `rotate` in degrees. */
function addText(
  page: SVGSVGElement,
  text: string,
  { x, y, rotate = 0, fontSize, fill }: {
    readonly x: number;
    readonly y: number;
    readonly rotate?: number;
    readonly fontSize: number;
    readonly fill: string;
  },
): void {
  const element = document.createElementNS(SVG, "text");
  element.setAttribute("transform", `translate(${x},${y}) rotate(${rotate})`);
  element.setAttribute("text-anchor", "middle");
  element.setAttribute("font-size", String(fontSize));
  element.setAttribute("fill", fill);
  element.textContent = text;
  page.append(element);
}

/**
 * The class names along the top of a plot, each after its symbol; names are in ink, for some of the
 * colours are too light to read.
 *
 * @param step Distance from name to name, CSS pixels.
 * @param dy Height above the frame, CSS pixels, negative upwards.
 */
export function classLegend(step: number, dy: number) {
  const at = { frameAnchor: "top-left" } as const;
  return CLASSES.flatMap((name, i) => {
    const dx = i * step, dot = { fill: CLASS_COLOURS[name], symbol: CLASS_SYMBOLS[name], r: 3 };
    return [
      Plot.dot([name], { ...at, ...dot, dx: dx + 3, dy }),
      Plot.text([name], { ...at, text: [name], dx: dx + 9, dy: dy - 5, textAnchor: "start" }),
    ];
  });
}

/** "Figure 5. Title" for the paper's figures (`id` figure-5), the title alone for ours. */
export function figureTitle(figure: { readonly id: string; readonly title: string }): string {
  const number = /^figure-(\d+)/.exec(figure.id)?.[1];
  return number ? `Figure ${number}. ${figure.title}` : figure.title;
}

/** Title and caption as one text, with no second mark after a title that ends in one. */
export function figureWords(
  figure: { readonly id: string; readonly title: string },
  caption: string,
): string {
  const title = figureTitle(figure);
  return `${title}${/[.?!]$/.test(title) ? "" : "."} ${caption}`;
}

const STAMP_PX = 14;

/** Says in a drawing, above it, that its sources are simulated, and in the caption it gives. */
export function asSimulated(svg: SVGSVGElement, caption: string): string {
  stamp(svg);
  return caption.includes("SIMULATED") ? caption : `SIMULATED SOURCES. ${caption}`;
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
