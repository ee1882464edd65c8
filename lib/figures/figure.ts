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
