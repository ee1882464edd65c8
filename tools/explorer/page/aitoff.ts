/** Half the width and half the height of the Aitoff ellipse, in its own units. */
const AITOFF_HALF = { x: 2, y: 1 } as const;

const RADIANS = Math.PI / 180;

/**
 * Aitoff projection of a position in degrees, longitude 0 in the middle and growing to the left,
 * as the sky is seen: x in [-2, 2], y in [-1, 1].
 */
export function toAitoff(longitude: number, latitude: number): [x: number, y: number] {
  const half = wrap180(longitude) / 2 * RADIANS, phi = latitude * RADIANS;
  const alpha = Math.acos(Math.cos(phi) * Math.cos(half));
  const stretch = alpha < 1e-9 ? 1 : alpha / Math.sin(alpha);
  const scale = 2 / Math.PI * stretch;
  return [-2 * Math.cos(phi) * Math.sin(half) * scale, Math.sin(phi) * scale];
}

/** The position in degrees of a point of the map, by Newton's method; undefined off the ellipse. */
export function fromAitoff(x: number, y: number): { l: number; b: number } | undefined {
  if ((x / AITOFF_HALF.x) ** 2 + (y / AITOFF_HALF.y) ** 2 >= 1) return undefined;
  let l = -x * 90, b = y * 90;
  for (let step = 0; step < 40; step++) {
    const [fx, fy] = toAitoff(l, b), h = 1e-5;
    const [lx, ly] = toAitoff(l + h, b), [bx, by] = toAitoff(l, b + h);
    const a = (lx - fx) / h, c = (bx - fx) / h, d = (ly - fy) / h, e = (by - fy) / h;
    const determinant = a * e - c * d;
    const dl = ((x - fx) * e - (y - fy) * c) / determinant;
    const db = ((y - fy) * a - (x - fx) * d) / determinant;
    l = Math.max(-179.999, Math.min(179.999, l + dl));
    b = Math.max(-89.999, Math.min(89.999, b + db));
    if (Math.abs(dl) + Math.abs(db) < 1e-9) break;
  }
  return { l: (l + 360) % 360, b };
}

/** The angle in (-180, 180]. */
function wrap180(angle: number): number {
  const wrapped = ((angle % 360) + 360) % 360;
  return wrapped > 180 ? wrapped - 360 : wrapped;
}
