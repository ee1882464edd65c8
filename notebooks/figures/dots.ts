import * as Plot from "@observablehq/plot";
import { document } from "./plot-kit.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Dots are drawn in so many turns of all colours: no colour covers the others. */
const TURNS = 8;

/** What {@link dots} takes besides the options of `Plot.dot`. */
interface DotsOptions extends Plot.DotOptions {
  /** Radius, CSS pixels; a symbol has the area of a circle of it. */
  readonly r: number;
  /** Width of a white rim around each dot, CSS pixels; none if absent. */
  readonly rim?: number;
}

/** What a symbol of Plot needs of the context that it draws in. */
type Pen = Pick<CanvasPath, "moveTo" | "lineTo" | "rect" | "arc" | "closePath">;

/** A symbol as the symbol scale of Plot gives it. */
interface DrawnSymbol {
  draw(pen: Pen, size: number): void;
}

/**
 * `Plot.dot` for thousands of points of few colours and symbols: one path a colour, symbol and
 * turn in place of an element a point, in a sixth of the bytes. No point is left out. A circle is a
 * line of no length with round ends.
 */
export function dots(points: Plot.Data, { rim = 0, ...options }: DotsOptions): Plot.Dot {
  return Plot.dot(points, {
    ...options,
    render(this: { symbol?: DrawnSymbol }, index, scales, values, dimensions, context, next) {
      // of no point Plot draws the group alone, with its styles and where it is clipped
      const group = next!([], scales, values, dimensions, context)!;
      const colourOf = (i: number) => String(values.fill?.[i] ?? options.fill);
      const symbolOf = (i: number) => values.symbol?.[i] as DrawnSymbol ?? this.symbol;
      const at = (i: number) => `M${tenth(values.x![i])},${tenth(values.y![i])}`;
      const add = (rows: readonly number[], r: number, colour: string, opacity: unknown) => {
        const shape = outline(symbolOf(rows[0]), r), isRound = shape === "";
        const attributes = {
          fill: isRound ? "none" : colour,
          ...isRound && { stroke: colour, "stroke-width": 2 * r, "stroke-linecap": "round" },
          ...opacity !== undefined && { [isRound ? "stroke-opacity" : "fill-opacity"]: opacity },
          d: rows.map((i) => at(i) + (shape || "h0")).join(""),
        };
        const path = document.createElementNS(SVG, "path");
        for (const [name, value] of Object.entries(attributes)) {
          path.setAttribute(name, String(value));
        }
        group.append(path as Node);
      };
      for (let turn = 0; turn < TURNS; turn++) {
        const own = [...index].filter((_, at) => at % TURNS === turn);
        const alike = [...Map.groupBy(own, symbolOf).values()]
          .flatMap((rows) => [...Map.groupBy(rows, colourOf).values()]);
        if (rim > 0) alike.forEach((rows) => add(rows, options.r + rim, "white", undefined));
        alike.forEach((rows) => add(rows, options.r, colourOf(rows[0]), options.fillOpacity));
      }
      return group;
    },
  });
}

function tenth(px: number): number {
  return Number(px.toFixed(1));
}

/** The outline of a symbol as a path that goes on from its middle, "" for a circle. */
function outline(symbol: DrawnSymbol | undefined, r: number): string {
  const parts: string[] = [];
  let x0 = 0, y0 = 0, start = [0, 0];
  const go = (letter: string, x: number, y: number) => {
    parts.push(`${letter}${hundredth(x - x0)},${hundredth(y - y0)}`);
    [x0, y0] = [x, y];
  };
  const pen: Pen = {
    moveTo(x, y) {
      go("m", x, y);
      start = [x, y];
    },
    lineTo: (x, y) => go("l", x, y),
    closePath() {
      parts.push("z");
      [x0, y0] = start;
    },
    rect(x, y, width, height) {
      pen.moveTo(x, y);
      pen.lineTo(x + width, y);
      pen.lineTo(x + width, y + height);
      pen.lineTo(x, y + height);
      pen.closePath();
    },
    // of Plot's symbols a circle alone has arcs
    arc: () => parts.length = 0,
  };
  symbol?.draw(pen, Math.PI * r * r);
  return parts.join("");
}

function hundredth(px: number): number {
  return Number(px.toFixed(2));
}
