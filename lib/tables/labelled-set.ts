import { sha256 } from "@csc-classify/safe-files";
import {
  CLASSES,
  columnOf,
  fromColumns,
  HOST_LISTS,
  type LabelledSources,
  membership,
} from "@csc-classify/chandra-sources";
import type { LabelScheme } from "../run/settings.ts";
import { harmonise, yangCompilation } from "./muwclass.ts";
import { type FetchOptions, fetchPublished } from "./published-files.ts";
import { readCsv, takeSources } from "@csc-classify/chandra-sources/files";
import { loadTrainingTable } from "./training-table.ts";

/**
 * Texts and flags that go with each label, in {@link LabelledSources.extras}: the compilation it
 * is from, the catalogue or reference behind it there, the rule that made the class what it is, the
 * class before that rule, and whether the label is settled, so that calibration and sets may be
 * fitted on it. A star that is taken for young because it lies in a star-forming region is not: the
 * region is a feature too.
 */
export const LABEL_COLUMNS = [
  "label_origin",
  "label_catalogue",
  "label_rule",
  "label_given",
  "label_settled",
] as const;

const [, , REGION] = HOST_LISTS;
/** Those whose labels and classes we have, as columns and pages name them. */
export const AUTHORS = { paper: "Kumaran et al. 2023", yang: "Yang et al. 2022" } as const;
/** One of them. */
export type Author = typeof AUTHORS[keyof typeof AUTHORS];

const OURS = AUTHORS.paper, THEIRS = AUTHORS.yang;

/** Surveys that Yang et al. did not consult. */
const NOT_CONSULTED = ["observed_sdss", "observed_galex", "observed_mips"];

/**
 * The labelled set of both compilations under one scheme (see `harmonise`): every source of `ours`
 * with all its columns, then those that only Yang et al. have, which say that SDSS, GALEX and MIPS
 * were not looked up. `extras` has {@link LABEL_COLUMNS}.
 *
 * @param ours The paper's training table.
 * @param theirs As `yangCompilation` gives it.
 * @param references `[nTheirs]` reference behind each label of theirs.
 */
export function labelledUnion(
  ours: LabelledSources,
  theirs: Parameters<typeof harmonise>[1],
  references: readonly (string | null)[],
): LabelledSources {
  const { union, nOurs, sameAs } = harmonise(ours, theirs);
  const twin = new Map([...sameAs].map((row, i) => [row, i]));
  const alone = [...sameAs.keys()].filter((row) => sameAs[row] < 0);
  const added = takeSources(theirs, alone), nRows = nOurs + alone.length;
  const ruleOf = (row: number): readonly [rule: string, settled: boolean] => {
    const label = CLASSES[union.labels[row]], given = CLASSES[ours.labels[row]];
    if (twin.has(row)) {
      return [label === given ? "both agree" : `${THEIRS} have ${label}`, true];
    }
    if (label === given) return ["as published", true];
    const region = membership(ours.ra[row], ours.dec[row], REGION.objects, REGION.rim);
    return [`${given} in ${region?.object.name}: taken for young`, false];
  };
  const rules = Array.from({ length: nOurs }, (_, row) => ruleOf(row));
  const names = new Set([...ours.matrix.names, ...NOT_CONSULTED]);
  const matrix = fromColumns(
    new Map([...names].map((name) => {
      const own = columnOf(added, name);
      if (NOT_CONSULTED.includes(name)) own.fill(0);
      return [name, Float64Array.of(...columnOf(ours, name), ...own)];
    })),
  );
  return {
    ...union,
    origin: {
      kind: "compilation",
      description: `${nRows} labelled Chandra sources of ${OURS} and ${THEIRS} under one scheme`,
      sha256: sha256(`${ours.origin.sha256}\n${theirs.origin.sha256}\n`),
      release: ours.origin.release,
    },
    matrix,
    extras: {
      label_origin: union.names.map((_, row) => row < nOurs ? OURS : THEIRS),
      label_catalogue: [
        ...(ours.catalogues ?? ours.names.map(() => null)),
        ...alone.map((row) => references[row]),
      ],
      label_rule: [...rules.map(([rule]) => rule), ...alone.map(() => "as published")],
      label_given: [...ours.labels, ...added.labels].map((label) => CLASSES[label]),
      label_settled: [...rules.map(([, settled]) => settled), ...alone.map(() => true)],
    },
  };
}

/** `[nRows]` whether the label of each source is settled, see {@link LABEL_COLUMNS}. */
export function settledLabels({ names, extras }: LabelledSources): boolean[] {
  return names.map((_, row) => extras?.label_settled?.[row] !== false);
}

/**
 * What the classifier of the products learns from: the union where `data` is the published table and
 * `scheme` says so, else the table itself. Where the labels of Yang et al. cannot be had, the
 * paper's alone, and the description says so.
 *
 * @param data As `loadTrainingTable` takes it.
 * @throws Error saying what could not be had or read, and what to do.
 */
export async function loadLabelledSet(
  data: string,
  scheme: LabelScheme,
  options: FetchOptions & { readonly seed?: number } = {},
): Promise<LabelledSources> {
  return await withOthersLabels(await loadTrainingTable(data, options), scheme, options);
}

/** {@link loadLabelledSet} of a training table that is loaded already. */
export async function withOthersLabels(
  ours: LabelledSources,
  scheme: LabelScheme,
  options: FetchOptions = {},
): Promise<LabelledSources> {
  if (scheme === "paper" || ours.origin.kind !== "published") return ours;
  try {
    const theirs = await yangCompilation(options);
    const table = readCsv(await fetchPublished("muwclass/TD.csv", options));
    return labelledUnion(ours, theirs, table.getColumn("Class_ref").toArray().map(textOf));
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const description =
      `${ours.origin.description}, without the labels of ${THEIRS}, which could ` +
      `not be had: ${(error as Error).message}`;
    return { ...ours, origin: { ...ours.origin, description } };
  }
}

function textOf(cell: unknown): string | null {
  return cell === null || cell === undefined || cell === "" ? null : String(cell);
}
