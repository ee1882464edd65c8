import { CLASSES } from "../../../lib/catalogue/classes.ts";
import { fromGalactic, toGalactic } from "../../../lib/sky/positions.ts";
import { fromAitoff, toAitoff } from "./aitoff.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Position } from "./parse-position.ts";

/** What the map tells the page. */
export interface SkyMapEvents {
  readonly onPick: (row: number) => void;
  readonly onCentre: (position: Position) => void;
}

/** What is drawn. */
export interface SkyMapState {
  readonly mask: Uint8Array;
  readonly picked: number;
  readonly cone?: Position & { readonly radiusDeg: number };
}

const REACH_PX = 9;

/**
 * All sources on an Aitoff map in Galactic coordinates. Wheel or buttons zoom, dragging moves,
 * a click picks the nearest shown source, a double click asks for a cone there.
 */
export class SkyMap {
  #state: SkyMapState | undefined;
  #zoom = 1;
  #centre: [number, number] = [0, 0];
  #frame = 0;

  readonly canvas: HTMLCanvasElement;
  readonly catalogue: Catalogue;
  readonly events: SkyMapEvents;

  constructor(canvas: HTMLCanvasElement, catalogue: Catalogue, events: SkyMapEvents) {
    this.canvas = canvas;
    this.catalogue = catalogue;
    this.events = events;
    new ResizeObserver(() => this.#draw()).observe(canvas);
    this.#listen();
  }

  show(state: SkyMapState): void {
    this.#state = state;
    this.#draw();
  }

  /** Zooms by a factor about a point in CSS pixels; the middle when none is given. */
  zoom(factor: number, at?: readonly [number, number]): void {
    const [px, py] = at ?? [this.canvas.clientWidth / 2, this.canvas.clientHeight / 2];
    const before = this.#toMap(px, py);
    this.#zoom = Math.max(1, Math.min(400, this.#zoom * factor));
    const after = this.#toMap(px, py);
    this.#moveBy(before[0] - after[0], before[1] - after[1]);
  }

  reset(): void {
    this.#zoom = 1;
    this.#centre = [0, 0];
    this.#draw();
  }

  #moveBy(dx: number, dy: number): void {
    const limit = 1 - 1 / this.#zoom;
    const clamp = (value: number, most: number) => Math.max(-most, Math.min(most, value));
    this.#centre = [
      clamp(this.#centre[0] + dx, 2 * limit),
      clamp(this.#centre[1] + dy, limit),
    ];
    this.#draw();
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
    let drag: { x: number; y: number; moved: boolean } | undefined;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 400), [event.offsetX, event.offsetY]);
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      drag = { x: event.offsetX, y: event.offsetY, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const dx = event.offsetX - drag.x, dy = event.offsetY - drag.y;
      if (!drag.moved && Math.hypot(dx, dy) < 4) return;
      this.#moveBy(-dx / this.#scale, dy / this.#scale);
      drag = { x: event.offsetX, y: event.offsetY, moved: true };
    });
    canvas.addEventListener("pointerup", (event) => {
      const clicked = drag && !drag.moved;
      drag = undefined;
      const row = clicked ? this.#nearest(event.offsetX, event.offsetY) : -1;
      if (row >= 0) this.events.onPick(row);
    });
    canvas.addEventListener("dblclick", (event) => {
      const place = fromAitoff(...this.#toMap(event.offsetX, event.offsetY));
      if (place) this.events.onCentre(fromGalactic(place.l, place.b));
    });
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
    this.#drawLabels(context, style.getPropertyValue("--quiet"));
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

/** Red, green and blue of a colour written `#rrggbb`. */
function toRgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.trim().slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
