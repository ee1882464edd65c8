import { CLASSES, HOST_LISTS } from "@csc-classify/chandra-sources";
import { fromGalactic, RADIANS, toGalactic } from "@csc-classify/sky";
import { logDustColumn } from "../../../lib/tables/added-features.ts";
import { fromAitoff, toAitoff } from "./aitoff.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Position } from "./parse-position.ts";
import { describeView, nameAt } from "./sky-view.ts";

/** What the map tells the page. */
interface SkyMapEvents {
  readonly onPick: (row: number) => void;
  /** The view has come to rest: what the address is to say. */
  readonly onView: (view: SkyView) => void;
}

/** What is drawn. */
interface SkyMapState {
  readonly mask: Uint8Array;
  readonly picked: number;
  readonly cone?: Position & { readonly radiusDeg: number };
}

/** What the map shows: its middle in Galactic degrees, and how much it is enlarged. */
export interface SkyView {
  readonly l: number;
  readonly b: number;
  readonly zoom: number;
}

const REACH_PX = 9;
const MOST_ZOOM = 2000;
/** CSS pixels within which two fingers or a hand at rest move. */
const STILL_PX = 4;

/**
 * All sources on an Aitoff map in Galactic coordinates. Wheel, buttons or two fingers zoom, dragging
 * moves, a click picks the nearest shown source, a double click zooms in there.
 */
export class SkyMap {
  #state: SkyMapState | undefined;
  #zoom = 1;
  #centre: [number, number] = [0, 0];
  #frame = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #dust: HTMLCanvasElement | undefined;
  #objects: readonly MapObject[] | undefined;

  readonly canvas: HTMLCanvasElement;
  readonly catalogue: Catalogue;
  readonly events: SkyMapEvents;

  constructor(canvas: HTMLCanvasElement, catalogue: Catalogue, events: SkyMapEvents) {
    this.canvas = canvas;
    this.catalogue = catalogue;
    this.events = events;
    new ResizeObserver(() => this.#draw()).observe(canvas);
    this.#listen();
    // the ground takes a moment: the page is there before it
    setTimeout(() => {
      this.#dust = dustImage();
      this.#objects = mapObjects();
      this.#draw();
    }, 50);
  }

  show(state: SkyMapState): void {
    this.#state = state;
    this.#draw();
  }

  /** Zooms by a factor about a point in CSS pixels; the middle when none is given. */
  zoom(factor: number, at?: readonly [number, number]): void {
    const [px, py] = at ?? [this.canvas.clientWidth / 2, this.canvas.clientHeight / 2];
    const before = this.#toMap(px, py);
    this.#zoom = Math.max(1, Math.min(MOST_ZOOM, this.#zoom * factor));
    const after = this.#toMap(px, py);
    this.#moveBy(before[0] - after[0], before[1] - after[1]);
  }

  reset(): void {
    this.#zoom = 1;
    this.#centre = [0, 0];
    this.#moved();
  }

  /** Shows a position in the middle, with so many degrees around it. */
  goTo({ ra, dec }: Position, radiusDeg: number): void {
    if (Number.isNaN(ra)) return;
    const { l, b } = toGalactic(ra, dec);
    this.look({ l, b, zoom: Math.max(1, Math.min(MOST_ZOOM, 45 / Math.max(0.02, radiusDeg))) });
  }

  /** Shows what {@link SkyMapEvents.onView} has told of. */
  look({ l, b, zoom }: SkyView): void {
    this.#zoom = Math.max(1, Math.min(MOST_ZOOM, zoom));
    this.#centre = toAitoff(l, b);
    this.#moveBy(0, 0);
  }

  #moveBy(dx: number, dy: number): void {
    const [x, y] = [this.#centre[0] + dx, this.#centre[1] + dy];
    // the middle stays on the sky, and at rest on all of it: beyond its rim there is nothing
    const most = 1 - 1 / this.#zoom, out = Math.hypot(x / 2, y);
    this.#centre = out > most ? [x * most / out, y * most / out] : [x, y];
    this.#moved();
  }

  #moved(): void {
    this.#draw();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      const place = fromAitoff(...this.#centre) ?? { l: 0, b: 0 };
      this.events.onView({ ...place, zoom: this.#zoom });
    }, 400);
  }

  /** The position at a point in CSS pixels; undefined off the sky. */
  #positionAt(px: number, py: number): Position | undefined {
    const place = fromAitoff(...this.#toMap(px, py));
    return place && fromGalactic(place.l, place.b);
  }

  #describe(at?: Position): void {
    const { clientWidth, clientHeight } = this.canvas, degrees = 90 / this.#scale;
    describeView(Math.min(360, clientWidth * degrees), Math.min(180, clientHeight * degrees), at);
  }

  /** CSS pixels of one unit of the map. */
  get #scale(): number {
    const { clientWidth, clientHeight } = this.canvas;
    return Math.min((clientWidth - 12) / 4, (clientHeight - 12) / 2) * this.#zoom;
  }

  #toPixel(x: number, y: number): [number, number] {
    const scale = this.#scale;
    return [
      this.canvas.clientWidth / 2 + (x - this.#centre[0]) * scale,
      this.canvas.clientHeight / 2 - (y - this.#centre[1]) * scale,
    ];
  }

  #toMap(px: number, py: number): [number, number] {
    const scale = this.#scale;
    return [
      this.#centre[0] + (px - this.canvas.clientWidth / 2) / scale,
      this.#centre[1] - (py - this.canvas.clientHeight / 2) / scale,
    ];
  }

  #listen(): void {
    const { canvas } = this;
    const fingers = new Map<number, { x: number; y: number }>();
    let hasMoved = false;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 400), [event.offsetX, event.offsetY]);
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      if (fingers.size === 0) hasMoved = false;
      fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const { offsetX: x, offsetY: y, pointerId } = event, before = fingers.get(pointerId);
      this.#describe(this.#positionAt(x, y));
      if (!before) {
        nameAt(this.catalogue, this.#nearest(x, y), x, y);
        return;
      }
      if (!hasMoved && Math.hypot(x - before.x, y - before.y) < STILL_PX) return;
      hasMoved = true;
      const other = [...fingers].find(([id]) => id !== pointerId)?.[1];
      if (other) {
        const was = Math.hypot(before.x - other.x, before.y - other.y);
        const is = Math.hypot(x - other.x, y - other.y);
        if (was > 0 && is > 0) this.zoom(is / was, [(x + other.x) / 2, (y + other.y) / 2]);
      }
      // each of two fingers moves the map by half of its way
      const share = other ? 0.5 : 1;
      this.#moveBy(share * (before.x - x) / this.#scale, share * (y - before.y) / this.#scale);
      fingers.set(pointerId, { x, y });
    });
    const lift = (event: PointerEvent) => fingers.delete(event.pointerId);
    canvas.addEventListener("pointercancel", lift);
    canvas.addEventListener("pointerup", (event) => {
      lift(event);
      const row = hasMoved ? -1 : this.#nearest(event.offsetX, event.offsetY);
      if (row >= 0) this.events.onPick(row);
    });
    canvas.addEventListener("pointerleave", () => {
      nameAt(this.catalogue, -1, 0, 0);
      this.#describe();
    });
    canvas.addEventListener("dblclick", (event) => this.zoom(3, [event.offsetX, event.offsetY]));
    canvas.addEventListener("keydown", (event) => {
      const step = 0.15 / this.#zoom;
      const moves: Record<string, () => void> = {
        "+": () => this.zoom(1.5),
        "=": () => this.zoom(1.5),
        "-": () => this.zoom(1 / 1.5),
        "0": () => this.reset(),
        ArrowLeft: () => this.#moveBy(-2 * step, 0),
        ArrowRight: () => this.#moveBy(2 * step, 0),
        ArrowUp: () => this.#moveBy(0, step),
        ArrowDown: () => this.#moveBy(0, -step),
      };
      if (!moves[event.key]) return;
      event.preventDefault();
      moves[event.key]();
    });
  }

  #nearest(px: number, py: number): number {
    const { mapX, mapY, nRows } = this.catalogue, mask = this.#state?.mask;
    const [x, y] = this.#toMap(px, py);
    let best = -1, distance = (REACH_PX / this.#scale) ** 2;
    for (let row = 0; row < nRows; row++) {
      if (!mask?.[row]) continue;
      const d = (mapX[row] - x) ** 2 + (mapY[row] - y) ** 2;
      if (d < distance) [best, distance] = [row, d];
    }
    return best;
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    const { canvas } = this, ratio = devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (width === 0 || height === 0) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.scale(ratio, ratio);
    this.#drawGround(context);
    this.#drawSources(context, ratio);
    this.#drawMarks(context);
    this.#describe();
  }

  #drawGround(context: CanvasRenderingContext2D): void {
    const style = getComputedStyle(this.canvas);
    const line = (points: readonly (readonly [number, number])[]) => {
      context.beginPath();
      points.forEach(([x, y], i) => {
        const [px, py] = this.#toPixel(x, y);
        if (i === 0) context.moveTo(px, py);
        else context.lineTo(px, py);
      });
    };
    const steps = Array.from({ length: 73 }, (_, i) => i / 72);
    line(steps.map((t) => [2 * Math.cos(2 * Math.PI * t), Math.sin(2 * Math.PI * t)]));
    context.fillStyle = style.getPropertyValue("--sky");
    context.fill();
    this.#drawDust(context);
    context.strokeStyle = style.getPropertyValue("--grid");
    context.lineWidth = 1;
    context.stroke();
    for (let l = -120; l <= 120; l += 60) {
      line(steps.map((t) => toAitoff(l, 180 * t - 90)));
      context.stroke();
    }
    for (let b = -60; b <= 60; b += 30) {
      line(steps.map((t) => toAitoff(359.99 * t - 179.995, b)));
      context.stroke();
    }
    this.#drawObjects(context, style);
    this.#drawLabels(context, style.getPropertyValue("--quiet"));
  }

  /** The dust of a smooth Galactic disc, where the Milky Way hides what lies behind it. */
  #drawDust(context: CanvasRenderingContext2D): void {
    const dust = this.#dust;
    if (!dust) return;
    const [x0, y0] = this.#toPixel(-2, 1), [x1, y1] = this.#toPixel(2, -1);
    context.imageSmoothingEnabled = true;
    context.drawImage(dust, x0, y0, x1 - x0, y1 - y0);
  }

  /** Nearby galaxies, clusters and regions as ellipses where they are large enough to be seen. */
  #drawObjects(context: CanvasRenderingContext2D, style: CSSStyleDeclaration): void {
    const { clientWidth, clientHeight } = this.canvas, scale = this.#scale;
    const quiet = style.getPropertyValue("--quiet");
    context.strokeStyle = context.fillStyle = quiet;
    context.font = "11px 'Source Sans 3', sans-serif";
    context.textAlign = "center";
    for (const { name, x, y, radiusDeg, axisRatio, angle } of this.#objects ?? []) {
      const radius = radiusDeg / 90 * scale;
      if (radius < 4) continue;
      const [px, py] = this.#toPixel(x, y), reach = radius + 20;
      const isOff = px < -reach || py < -reach || px > clientWidth + reach;
      if (isOff || py > clientHeight + reach) continue;
      context.globalAlpha = 0.6;
      context.beginPath();
      context.ellipse(px, py, radius, Math.max(1, radius * axisRatio), angle, 0, 2 * Math.PI);
      context.stroke();
      context.globalAlpha = 1;
      if (radius > 12) context.fillText(name, px, py - radius * axisRatio - 4);
    }
  }

  #drawLabels(context: CanvasRenderingContext2D, colour: string): void {
    context.fillStyle = colour;
    context.font = "11px 'Source Sans 3', sans-serif";
    context.textAlign = "center";
    for (const l of [120, 60, 0, 300, 240]) {
      const [x, y] = this.#toPixel(...toAitoff(l, 0));
      context.fillText(`${l}°`, x, y - 4);
    }
    context.textAlign = "left";
    for (const b of [-60, -30, 30, 60]) {
      const [x, y] = this.#toPixel(...toAitoff(0, b));
      context.fillText(`${b > 0 ? "+" : "−"}${Math.abs(b)}°`, x + 4, y - 4);
    }
  }

  /** Points straight into the pixels: the rows that pass over those that do not. */
  #drawSources(context: CanvasRenderingContext2D, ratio: number): void {
    const { width, height } = this.canvas;
    const { mapX, mapY, label, nRows } = this.catalogue, mask = this.#state?.mask;
    const style = getComputedStyle(this.canvas);
    const colours = CLASSES.map((name) => toRgb(style.getPropertyValue(`--class-${name}`)));
    const faint = toRgb(style.getPropertyValue("--faint"));
    const image = context.getImageData(0, 0, width, height), pixels = image.data;
    const shown = this.#count();
    // few sources get large points, many get one pixel each
    const size = Math.max(1, Math.round(ratio * (shown > 50_000 ? 1 : shown > 3000 ? 2 : 4)));
    const scale = this.#scale * ratio, [cx, cy] = this.#centre;
    const paint = (row: number, [r, g, b]: readonly number[], side: number, alpha: number) => {
      const x0 = Math.round(width / 2 + (mapX[row] - cx) * scale - side / 2);
      const y0 = Math.round(height / 2 - (mapY[row] - cy) * scale - side / 2);
      const middleX = x0 + (side - 1) / 2, middleY = y0 + (side - 1) / 2;
      for (let y = Math.max(0, y0); y < Math.min(height, y0 + side); y++) {
        for (let x = Math.max(0, x0); x < Math.min(width, x0 + side); x++) {
          if (side > 3 && (x - middleX) ** 2 + (y - middleY) ** 2 > side * side / 4) continue;
          const i = 4 * (y * width + x);
          pixels[i] += (r - pixels[i]) * alpha;
          pixels[i + 1] += (g - pixels[i + 1]) * alpha;
          pixels[i + 2] += (b - pixels[i + 2]) * alpha;
          pixels[i + 3] = 255;
        }
      }
    };
    const all = shown === nRows;
    if (!all) {
      for (let row = 0; row < nRows; row++) if (!mask?.[row]) paint(row, faint, 1, 0.5);
    }
    for (let row = 0; row < nRows; row++) {
      if (mask?.[row]) paint(row, colours[label[row]], size, 0.85);
    }
    context.putImageData(image, 0, 0);
  }

  #count(): number {
    let n = 0;
    for (const passes of this.#state?.mask ?? []) n += passes;
    return n;
  }

  #drawMarks(context: CanvasRenderingContext2D): void {
    const { cone, picked = -1 } = this.#state ?? {};
    const colour = getComputedStyle(this.canvas).getPropertyValue("--accent");
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    if (cone) {
      const { l, b } = toGalactic(cone.ra, cone.dec);
      const [x, y] = this.#toPixel(...toAitoff(l, b));
      context.beginPath();
      const radius = Math.max(5, cone.radiusDeg / 90 * this.#scale);
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
    if (picked >= 0) {
      const [x, y] = this.#toPixel(this.catalogue.mapX[picked], this.catalogue.mapY[picked]);
      context.beginPath();
      context.arc(x, y, 6, 0, 2 * Math.PI);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(x + 6 * dx, y + 6 * dy);
        context.lineTo(x + 12 * dx, y + 12 * dy);
      }
      context.stroke();
    }
  }
}

/** Something of the sky on the map. */
interface MapObject {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly radiusDeg: number;
  readonly axisRatio: number;
  /** Of the major axis on the canvas, radians. */
  readonly angle: number;
}

function mapObjects(): MapObject[] {
  return HOST_LISTS.flatMap(({ objects }) =>
    objects.map((object) => {
      const { name, ra, dec, radiusArcmin, axisRatio, positionAngleDeg } = object;
      const place = (dec: number) => {
        const { l, b } = toGalactic(ra, dec);
        return toAitoff(l, b);
      };
      const [x, y] = place(dec), [nx, ny] = place(Math.min(89.99, dec + 0.01));
      // north on the canvas, whose y grows downwards; east is to its left
      const north = Math.atan2(-(ny - y), nx - x);
      const angle = north - positionAngleDeg * RADIANS;
      return { name, x, y, radiusDeg: radiusArcmin / 60, axisRatio, angle };
    })
  );
}

const DUST = { width: 360, height: 180, l: 91, b: 46 } as const;

/** The logarithm of the dust column as a veil, in the projection of the map. */
function dustImage(): HTMLCanvasElement {
  const grid = Float32Array.from({ length: DUST.l * DUST.b }, (_, i) => {
    const l = 2 * (i % DUST.l), b = 2 * Math.floor(i / DUST.l);
    return logDustColumn(l, b);
  });
  const canvas = document.createElement("canvas");
  canvas.width = DUST.width;
  canvas.height = DUST.height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(DUST.width, DUST.height);
  for (let y = 0, i = 0; y < DUST.height; y++) {
    for (let x = 0; x < DUST.width; x++, i += 4) {
      const place = fromAitoff(4 * (x + 0.5) / DUST.width - 2, 1 - 2 * (y + 0.5) / DUST.height);
      if (!place) continue;
      const l = place.l > 180 ? 360 - place.l : place.l, b = Math.abs(place.b);
      const column = between(grid, l / 2, b / 2);
      image.data[i] = image.data[i + 1] = image.data[i + 2] = 128;
      image.data[i + 3] = Math.max(0, Math.min(110, 55 * (column + 0.6)));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** A value between four points of the grid. */
function between(grid: Float32Array, x: number, y: number): number {
  const i = Math.min(DUST.l - 2, Math.floor(x)), j = Math.min(DUST.b - 2, Math.floor(y));
  const at = j * DUST.l + i, u = x - i, v = y - j;
  const near = grid[at] + u * (grid[at + 1] - grid[at]);
  const far = grid[at + DUST.l] + u * (grid[at + DUST.l + 1] - grid[at + DUST.l]);
  return near + v * (far - near);
}

/** Red, green and blue of a colour as a browser works it out: `rgb(11, 93, 143)`. */
function toRgb(colour: string): [number, number, number] {
  const [r, g, b] = (colour.match(/\d+/g) ?? []).map(Number);
  return [r, g, b];
}
