import { CLASS_COLOURS, CLASSES } from "@csc-classify/chandra-sources";
import { escapeHtml } from "#show/display.ts";
import { toGalactic } from "@csc-classify/sky";
import { openArrowFile } from "@csc-classify/vo-tables/arrow-file"; // the report has no polars
import { toAitoff } from "../explorer/page/aitoff.ts";

/** A scored source, as the pictures show it. */
interface Shown {
  readonly name: string;
  readonly label: number;
  /** Degrees, ICRS. */
  readonly ra: number;
  readonly dec: number;
  /** `[nClasses]`. */
  readonly probabilities: readonly number[];
}

const MOST_POINTS = 4000;

/** What the index shows of the two pages, drawn from the catalogue of the run: SVG texts. */
export interface CardPictures {
  readonly explore: string;
  readonly classify: string;
}

/**
 * Draws both pictures.
 *
 * @param scored Arrow file that `scoreFile` wrote.
 */
export async function cardPictures(scored: string): Promise<CardPictures> {
  const sources = await someSources(scored);
  return { explore: skyPicture(sources), classify: barsPicture(sources) };
}

/** At most {@link MOST_POINTS} sources, evenly from the whole file. */
async function someSources(path: string): Promise<Shown[]> {
  const { batches } = await openArrowFile(path);
  const columns = ["name", "ra", "dec", "class", ...CLASSES.map((name) => `cmp_${name}`)];
  let sources: Shown[] = [], step = 1, row = 0;
  for await (const batch of batches) {
    const of = columns.map((name) => batch.getChild(name)!);
    for (let at = 0; at < batch.numRows; at++, row++) {
      if (row % step !== 0) continue;
      const [name, ra, dec, label, ...probabilities] = of.map((column) => column.get(at));
      if (ra === null || dec === null) continue;
      sources.push({ name: name ?? "", ra, dec, label: CLASSES.indexOf(label), probabilities });
    }
    while (sources.length > MOST_POINTS) {
      sources = sources.filter((_, i) => i % 2 === 0);
      step *= 2;
    }
  }
  return sources;
}

/** The whole sky in Galactic coordinates, Aitoff projection. */
function skyPicture(sources: readonly Shown[]): string {
  const place = (x: number, y: number) =>
    `${(200 + 98 * x).toFixed(1)},${(100 - 98 * y).toFixed(1)}`;
  const line = (points: readonly (readonly [number, number])[]) =>
    `M${points.map(([x, y]) => place(x, y)).join("L")}`;
  const steps = Array.from({ length: 49 }, (_, i) => i / 48);
  const grid = [
    ...[-120, -60, 0, 60, 120].map((l) => line(steps.map((t) => toAitoff(l, 180 * t - 90)))),
    ...[-60, -30, 0, 30, 60].map((b) => line(steps.map((t) => toAitoff(359.9 * t - 179.95, b)))),
  ];
  const points = CLASSES.map((name, label) => {
    const own = sources.filter((source) => source.label === label).map(({ ra, dec }) => {
      const { l, b } = toGalactic(ra, dec);
      return `M${place(...toAitoff(l, b))}h0`;
    });
    return `<path d="${own.join("")}" stroke="${CLASS_COLOURS[name]}" stroke-width="3"/>`;
  });
  return `<svg viewBox="0 0 400 200" aria-hidden="true" fill="none" stroke-linecap="round">` +
    `<ellipse cx="200" cy="100" rx="196" ry="98" fill="#fff" stroke="#bbb"/>` +
    `<path d="${grid.join("")}" stroke="#ddd" stroke-width=".7"/>${points.join("")}</svg>`;
}

/** A few sources and their probabilities as bars: the surest of each class that there is. */
function barsPicture(sources: readonly Shown[]): string {
  const surest = CLASSES.map((_, label) =>
    sources.filter((source) => source.label === label)
      .reduce<Shown | undefined>(
        (best, source) =>
          best && best.probabilities[label] >= source.probabilities[label] ? best : source,
        undefined,
      )
  ).filter((source) => source !== undefined).slice(0, 6);
  const lines = surest.map(({ name, label, probabilities }, i) => {
    let from = 152;
    const bars = probabilities.map((p, c) => {
      const bar = `<rect x="${from.toFixed(1)}" y="${12 + 31 * i}" width="${
        (172 * p).toFixed(1)
      }" height="15" fill="${CLASS_COLOURS[CLASSES[c]]}"/>`;
      from += 172 * p;
      return bar;
    });
    const text = (x: number, words: string) =>
      `<text x="${x}" y="${24 + 31 * i}">${escapeHtml(words)}</text>`;
    return text(6, name.length > 23 ? `${name.slice(0, 22)}…` : name) + bars.join("") +
      text(334, CLASSES[label]);
  });
  return `<svg viewBox="0 0 400 200" aria-hidden="true" font-family="system-ui, sans-serif" ` +
    `font-size="11" fill="#1b1f24"><rect width="400" height="200" rx="6" fill="#fff"/>${
      lines.join("")
    }</svg>`;
}
