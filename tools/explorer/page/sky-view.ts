import { toGalactic } from "@csc-classify/sky";
import type { Catalogue } from "./catalogue.ts";
import { byId } from "./element.ts";
import { formatDec, formatRa } from "./format.ts";
import type { Position } from "./parse-position.ts";

/** Where the pointer is and how much of the sky the map shows, in words below it. */
export function describeView(widthDeg: number, heightDeg: number, at?: Position): void {
  const size = (degrees: number) =>
    degrees >= 10
      ? `${degrees.toFixed(0)}°`
      : degrees >= 1
      ? `${degrees.toFixed(1)}°`
      : `${(60 * degrees).toFixed(1)}′`;
  const field = widthDeg >= 300 ? "whole sky" : `field ${size(widthDeg)} × ${size(heightDeg)}`;
  if (!at) {
    byId("where").textContent = field;
    return;
  }
  const { l, b } = toGalactic(at.ra, at.dec);
  byId("where").textContent = `${field} · RA ${formatRa(at.ra, 1)} Dec ${formatDec(at.dec, 0)} · ` +
    `l ${l.toFixed(2)}° b ${b.toFixed(2).replace("-", "−")}°`;
}

/** The name of a source beside the pointer; none for -1. */
export function nameAt(catalogue: Catalogue, row: number, x: number, y: number): void {
  const tip = byId("tip");
  tip.hidden = row < 0;
  if (row < 0) return;
  tip.textContent = catalogue.name(row);
  const room = tip.parentElement!.clientWidth - tip.offsetWidth - 4;
  tip.style.left = `${Math.max(4, Math.min(room, x + 12))}px`;
  tip.style.top = `${Math.max(4, y - 26)}px`;
}
