import { document } from "./document.ts";

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
