import * as Plot from "@observablehq/plot";
import type { FigureOptions } from "./print.ts";
import { INK } from "./fonts.ts";

/** A box of the flowchart, centred at (x, y), in units of box rows. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly emphasis?: boolean;
}

const BOXES: readonly Box[] = [
  { x: 5, y: 0.5, width: 6.4, height: 0.8, text: "Labelled sources" },
  { x: 5, y: 1.75, width: 6.4, height: 0.8, text: "k folds, stratified by class" },
  { x: 3.1, y: 3.35, width: 4.4, height: 0.95, text: "k − 1 folds\nfor training" },
  { x: 7.6, y: 3.35, width: 3, height: 0.95, text: "fold i\nheld out" },
  { x: 3.1, y: 4.75, width: 4.4, height: 0.95, text: "fit scaling, imputation,\noversampling" },
  { x: 3.1, y: 6.15, width: 4.4, height: 0.95, text: "fit the classifier" },
  { x: 7.6, y: 6.15, width: 3, height: 0.95, text: "predict\nfold i" },
  { x: 7.6, y: 7.85, width: 3, height: 0.95, text: "prediction\ntable", emphasis: true },
  { x: 3.1, y: 7.85, width: 4.4, height: 0.95, text: "next fold, until i = k" },
  {
    x: 5,
    y: 9.3,
    width: 7.6,
    height: 0.95,
    text: "scores from the whole table,\nonce per iteration",
    emphasis: true,
  },
];

/** Arrows as [x1, y1, x2, y2], head at the second point. */
const ARROWS: readonly (readonly [number, number, number, number])[] = [
  [5, 0.9, 5, 1.35],
  [3.1, 2.15, 3.1, 2.87],
  [7.6, 2.15, 7.6, 2.87],
  [3.1, 3.83, 3.1, 4.27],
  [3.1, 5.23, 3.1, 5.67],
  [5.3, 6.15, 6.1, 6.15],
  [7.6, 3.83, 7.6, 5.67],
  [7.6, 6.63, 7.6, 7.37],
  [6.1, 7.85, 5.3, 7.85],
  [7.6, 8.33, 7.6, 8.82],
];

/** Figure 3: flowchart of cumulative cross-validation. */
export const validationFlow: FigureOptions = {
  title: "How a model is judged",
  simulated: false, // it shows no sources
  height: 311,
  margin: 4,
  x: { domain: [0, 10], axis: null },
  y: { domain: [9.9, 0], axis: null },
  marks: [
    Plot.rect([null], {
      x1: 0.5,
      x2: 9.5,
      y1: 2.55,
      y2: 6.95,
      rx: 4,
      fill: "#f6f8fa",
      stroke: INK.quiet,
      strokeDasharray: "4 3",
    }),
    Plot.arrow([...ARROWS], {
      x1: "0",
      y1: "1",
      x2: "2",
      y2: "3",
      stroke: INK.quiet,
      strokeWidth: 1.2,
      headLength: 6,
    }),
    // the way back to the next fold
    Plot.line([[0.9, 7.85], [0.2, 7.85], [0.2, 3.35], [0.75, 3.35]], { stroke: INK.quiet }),
    Plot.arrow([[0.6, 3.35, 0.88, 3.35]], {
      x1: "0",
      y1: "1",
      x2: "2",
      y2: "3",
      stroke: INK.quiet,
      headLength: 24,
    }),
    Plot.rect(BOXES, {
      x1: ({ x, width }) => x - width / 2,
      x2: ({ x, width }) => x + width / 2,
      y1: ({ y, height }) => y - height / 2,
      y2: ({ y, height }) => y + height / 2,
      rx: 3,
      fill: ({ emphasis }) => emphasis ? "#deebf7" : "white",
      stroke: INK.text,
      strokeWidth: 0.8,
    }),
    Plot.text(BOXES, { x: "x", y: "y", text: "text", lineHeight: 1.15 }),
  ],
};
