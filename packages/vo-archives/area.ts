import { RADIANS, separationArcsec, wrapDegrees } from "@csc-classify/sky";

/** A circle on the sky, degrees. */
export interface Cone {
  readonly ra: number;
  readonly dec: number;
  readonly radius: number;
}

/** A part of the sky: circles. */
export interface Area {
  readonly cones: readonly Cone[];
  /** As the user wrote it, for captions and file names. */
  readonly words: string;
}

/** From so many circles on, whole catalogues are asked for instead of boxes. */
const MOST_BOXES = 50;

/** Whether a place lies in the area. */
export function isInside({ cones }: Area, ra: number, dec: number): boolean {
  return cones.some((cone) =>
    Math.abs(cone.dec - dec) <= cone.radius &&
    separationArcsec(cone.ra, cone.dec, ra, dec) <= 3600 * cone.radius
  );
}

/**
 * ADQL conditions of boxes around the circles, each of at most 50 boxes: together they hold all of
 * the area. No geometry is used, which not every service knows.
 */
export function boxConditions({ cones }: Area, ra = "ra", dec = "dec"): string[] {
  const boxes = cones.map((cone) => {
    const [low, high] = [
      Math.max(-90, cone.dec - cone.radius),
      Math.min(90, cone.dec + cone.radius),
    ];
    const inDec = `${dec} >= ${decimal(low)} AND ${dec} <= ${decimal(high)}`;
    const half = halfWidth(cone);
    if (half === undefined) return inDec;
    const [from, to] = [wrapDegrees(cone.ra - half), wrapDegrees(cone.ra + half)];
    const [join, inRa] = from <= to ? ["AND", ""] : ["OR", "("];
    return `${inDec} AND ${inRa}${ra} >= ${decimal(from)} ${join} ${ra} <= ${decimal(to)}` +
      (inRa && ")");
  });
  return grouped(boxes);
}

/**
 * The same for a right ascension kept as text, `05 35 17.3`: whole minutes of it, for declinations
 * as text do not sort. Undefined where the circle reaches a pole.
 */
export function minuteConditions({ cones }: Area, ra: string): string[] | undefined {
  const halves = cones.map(halfWidth);
  if (halves.includes(undefined)) return undefined;
  const minute = (degrees: number, up: number) => {
    const minutes = Math.floor(wrapDegrees(degrees) * 4) + up;
    return `'${two(Math.floor(minutes / 60))} ${two(minutes % 60)}'`;
  };
  return grouped(cones.map((cone, i) => {
    const [west, east] = [cone.ra - halves[i]!, cone.ra + halves[i]!];
    const join = wrapDegrees(west) <= wrapDegrees(east) ? "AND" : "OR";
    return `(${ra} >= ${minute(west, 0)} ${join} ${ra} < ${minute(east, 1)})`;
  }));
}

/** Half the width in right ascension, degrees; undefined where the circle reaches a pole. */
function halfWidth({ dec, radius }: Cone): number | undefined {
  if (Math.abs(dec) + radius >= 90) return undefined;
  const half = Math.asin(Math.sin(radius * RADIANS) / Math.cos(dec * RADIANS)) / RADIANS;
  return half < 180 ? half : undefined;
}

function grouped(boxes: readonly string[]): string[] {
  return Array.from(
    { length: Math.ceil(boxes.length / MOST_BOXES) },
    (_, i) =>
      boxes.slice(MOST_BOXES * i, MOST_BOXES * (i + 1)).map((box) => `(${box})`).join(" OR "),
  );
}

/** Whether an area is few enough circles to be asked for box by box. */
export function isSmall({ cones }: Area): boolean {
  return cones.length <= MOST_BOXES;
}

/** A number without exponent, to 1e-9: the only way in which ADQL parsers agree to read it. */
export function decimal(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, "").replace(/^-0$/, "0");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
