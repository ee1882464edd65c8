import type { DataFrame } from "nodejs-polars";
import REGISTRY from "../../packages/chandra-archives/data/label-catalogues.json" with {
  type: "json",
};
import { LABEL_CATALOGUES } from "@csc-classify/chandra-archives";
import { CLASSES, type SourceClass } from "@csc-classify/chandra-sources";
import { isTrainingCandidate } from "./audit.ts";

/** The authors' labels of one class and catalogue, and whether our registry finds them. */
interface Reach {
  readonly class: SourceClass;
  /** The authors' name of the catalogue, in capitals. */
  readonly authors: string;
  readonly labels: number;
  /** Labels whose object lies in a catalogue of {@link LABEL_CATALOGUES} for its class. */
  readonly reachable: number;
  /** Ids of those catalogues. */
  readonly through: readonly string[];
  /** Labels of a catalogue that no service publishes any more, and why. */
  readonly unpublished?: string;
}

/**
 * How many of the paper's 7,703 labels the registry would find, by class and the catalogue that the
 * authors took them from: a label counts where one of our catalogues of its class is theirs.
 *
 * @param candidates The authors' `id_frame.csv`: name, catalog, class, cat_name and what
 * `isTrainingCandidate` asks for.
 */
export function reachableLabels(candidates: DataFrame): Reach[] {
  const column = (name: string) =>
    candidates.getColumn(name).toArray().map((cell) => String(cell ?? "").trim());
  const isUsed = isTrainingCandidate(candidates);
  const [catalogs, classes, names] = ["catalog", "class", "cat_name"].map(column);
  const found = new Map<string, Reach>();
  isUsed.forEach((used, row) => {
    if (!used) return;
    const of = classes[row] as SourceClass, authors = catalogs[row].toUpperCase();
    const ours = LABEL_CATALOGUES.filter((one) =>
      one.class === of && one.authors?.includes(authors) && names[row].startsWith(one.names ?? "")
    );
    const before = found.get(`${of} ${authors}`) ??
      { class: of, authors, labels: 0, reachable: 0, through: [] };
    found.set(`${of} ${authors}`, {
      ...before,
      labels: before.labels + 1,
      reachable: before.reachable + (ours.length > 0 ? 1 : 0),
      through: [...new Set([...before.through, ...ours.map(({ id }) => id)])],
      unpublished: REGISTRY.unpublished.find((one) => one.class === of && one.authors === authors)
        ?.why,
    });
  });
  return [...found.values()].sort((a, b) =>
    CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class) || b.labels - a.labels
  );
}
