import { type LabelledSources } from "@csc-classify/chandra-sources";
import { cellsOf } from "#lib/trust/sky-blocks.ts";

/**
 * `[nRows]` groups that keep each label catalogue whole. A class that a single catalogue labels
 * could not be learnt without it: its sources go by sky cell.
 */
export function catalogueGroups(sources: LabelledSources): Int32Array {
  const { catalogues = [], labels } = sources;
  const lists = new Map<string, number>();
  for (const key of catalogues.map((name, row) => `${labels[row]} ${name}`)) {
    if (!lists.has(key)) lists.set(key, -1 - lists.size);
  }
  const cells = cellsOf(sources);
  const perClass = new Map<number, Set<string>>();
  labels.forEach((label, row) => {
    perClass.set(label, (perClass.get(label) ?? new Set()).add(catalogues[row]));
  });
  return labels.map((label, row) =>
    perClass.get(label)!.size > 1 ? lists.get(`${label} ${catalogues[row]}`)! : cells[row]
  );
}
