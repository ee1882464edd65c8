import { hostsOf, type Sources } from "@csc-classify/chandra-sources";
import { skyCells } from "@csc-classify/sky/healpix";

/** The cell that "unseen sky" means unless said otherwise: about one Chandra field apart. */
const CELL_DEG = 1;

/** `[nRows]` sky cells of the sources, see `skyCells`. */
export function cellsOf({ ra, dec }: Pick<Sources, "ra" | "dec">, sizeDeg = CELL_DEG): Int32Array {
  return skyCells(ra, dec, sizeDeg);
}

/**
 * `[nRows]` groups that keep sky cells and hosts whole: the cells that share a host are one group,
 * numbered as one of them.
 */
export function hostGroups(sources: Pick<Sources, "ra" | "dec">): Int32Array {
  const cells = cellsOf(sources);
  const leader = new Map<number | string, number | string>();
  const find = (member: number | string): number | string => {
    const next = leader.get(member) ?? member;
    return next === member ? member : find(next);
  };
  hostsOf(sources).forEach((host, row) => {
    if (host !== undefined) leader.set(find(host), find(cells[row]));
  });
  return cells.map((cell) => Number(find(cell)));
}
