import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { CLASS_COLOURS, CLASSES } from "#lib/catalogue/classes.ts";
import { packageFile } from "#lib/run/files.ts";
import { readResults } from "#lib/run/results.ts";
import { type StandaloneSvg, standaloneSvg } from "./standalone-svg.ts";

/** One figure: drawn from saved results, never from a fit. One module a figure. */
export interface Figure<Data> {
  /** File name without extension, e.g. `figure-4`. */
  readonly id: string;
  readonly title: string;
  /** Files below `out/` that {@link load} reads: their hashes go into the provenance sidecar. */
  readonly inputs: readonly string[];
  /** Printed width: one column of an MNRAS page, the default, or the whole page. */
  readonly width?: "column" | "page";
  /** Reads what the figure shows. Throws an error saying which task to run when it is absent. */
  load(): Promise<Data>;
  /** Whether the sources shown are simulated, where that may differ from the run's own table. */
  simulated?(data: Data): boolean;
  /** What, how many sources, units, what to see: one paragraph of plain text. */
  caption(data: Data): string;
  /** Draws at a width in CSS pixels (1 px = 1/96 inch), lettering at its final size. */
  draw(data: Data, widthPx: number): SVGSVGElement;
}

/** One column of an MNRAS page, 84 mm, and the full width, 178 mm, in CSS pixels. */
export const COLUMN_PX = Math.round(84 / 25.4 * 96);
export const PAGE_PX = Math.round(178 / 25.4 * 96);

/** The one type family of figures and pages; its files come from the pinned package. */
export const FONT_FAMILY = "Source Sans 3";

/** Lettering of a printed figure, in CSS pixels at final size: 7.5 pt and 8.25 pt. */
export const FONT_PX = { tick: 10, label: 11 } as const;

/** Colours besides those of the classes: ink, quiet ink, grid lines, the paper's red marks. */
export const INK = {
  text: "#1b1f24",
  quiet: "#5d666f",
  grid: "#e3e6e9",
  mark: "#b3202a",
} as const;

/** A font file of the theme. */
export interface Font {
  readonly weight: 400 | 600;
  readonly italic: boolean;
  readonly path: string;
}

const FOLDER = "@expo-google-fonts/source-sans-3";

/** The font files that figures are lettered with. */
export const FONTS: readonly Font[] = [
  { weight: 400, italic: false, path: "400Regular/SourceSans3_400Regular.ttf" },
  { weight: 400, italic: true, path: "400Regular_Italic/SourceSans3_400Regular_Italic.ttf" },
  { weight: 600, italic: false, path: "600SemiBold/SourceSans3_600SemiBold.ttf" },
].map((font) => ({ ...font, path: packageFile(FOLDER, `./${font.path}`) }) as Font);

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
  .document as unknown as Document;

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
export function addText(
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
 * The class names in their colours along the top of a plot, each after a dot.
 *
 * @param step Distance from name to name, CSS pixels.
 * @param dy Height above the frame, CSS pixels, negative upwards.
 * @param perRow Names in one row; the rest goes below.
 */
export function classLegend(step: number, dy: number, perRow: number = CLASSES.length) {
  return CLASSES.flatMap((name, i) => {
    const dx = (i % perRow) * step, down = dy + Math.floor(i / perRow) * 13;
    const at = { frameAnchor: "top-left", fill: CLASS_COLOURS[name] } as const;
    return [
      Plot.dot([name], { ...at, r: 3, dx: dx + 3, dy: down }),
      Plot.text([name], { ...at, text: [name], dx: dx + 9, dy: down - 5, textAnchor: "start" }),
    ];
  });
}

/** "Figure 5. Title" for the paper's figures (`id` figure-5), the title alone for ours. */
export function figureTitle(figure: { readonly id: string; readonly title: string }): string {
  const number = /^figure-(\d+)/.exec(figure.id)?.[1];
  return number ? `Figure ${number}. ${figure.title}` : figure.title;
}

const STAMP_PX = 14;

/**
 * Loads and draws a figure at its printed width. One that shows simulated sources says so in the
 * drawing itself, for a figure leaves its caption behind when it is passed on.
 *
 * @returns the drawing, and the caption that belongs to it.
 * @throws What {@link Figure.load} throws when the results it shows are absent.
 */
export async function drawFigure<Data>(
  figure: Figure<Data>,
  width: "page" | "column" = figure.width ?? "column",
): Promise<{ svg: StandaloneSvg; caption: string }> {
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
