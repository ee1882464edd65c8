import { parse } from "csv-parse/sync";
import { CLASSES, toLabels } from "#lib/catalogue/classes.ts";
import { FEATURES } from "#lib/catalogue/features.ts";
import { writeAtomic, writeJson } from "#lib/run/files.ts";
import { FLATTEST, HOST_LISTS } from "#lib/sky/objects.ts";
import { BRIGHTNESS, DUST_DISC, FEATURE_SETS } from "#lib/tables/added-features.ts";
import { sha256 } from "#lib/tables/published-files.ts";
import { csvLine, restored } from "#lib/tables/csv-line.ts";
import { COUNTERPARTS, SOURCE_COLUMNS, SourceClassifier } from "#lib/trust/classify.ts";
import { LIMITS } from "#lib/trust/physical-limits.ts";

/** Files of a model folder. */
export const MODEL_FILES = {
  booster: "lightgbm.txt",
  pipeline: "pipeline.json",
  training: "training.csv",
  likeness: "likeness.json",
} as const;

/**
 * Writes a classifier as a folder that other tools read, without any of our code: `lightgbm.txt`,
 * the model in LightGBM's own text format; `pipeline.json`, all that comes before and after it
 * (columns with their units, formulas of the added ones, lists of hosts, calibration, limits,
 * thresholds of the sets, classes in order); `training.csv`, what it learnt from; and `likeness.json`, what likeness is judged against.
 */
export async function writeModel(folder: string, { saved }: SourceClassifier): Promise<void> {
  const { pipeline: { model, ...pipeline }, training, likeness, ...head } = saved;
  const { names, ra, dec, labels, ...origin } = training;
  const known = new Map(FEATURES.map((feature) => [feature.name, feature]));
  const rows = names.map((name, i) => csvLine([name, ra[i], dec[i], CLASSES[labels[i]]]));
  const list = csvLine(["name", "ra", "dec", "class"]) + rows.join("");
  await writeAtomic(`${folder}/${MODEL_FILES.training}`, list);
  await writeAtomic(`${folder}/${MODEL_FILES.booster}`, model);
  const likes = JSON.stringify(likeness);
  await writeAtomic(`${folder}/${MODEL_FILES.likeness}`, likes);
  await writeJson(`${folder}/${MODEL_FILES.pipeline}`, {
    ...head,
    classes: CLASSES,
    inputs: SOURCE_COLUMNS,
    units: SOURCE_COLUMNS.map((name) => known.get(name)?.unit ?? ""),
    missing: "NaN",
    features: pipeline.spec.features,
    scaling: pipeline.states[0] ?? null,
    training: origin,
    added: {
      brightness: BRIGHTNESS,
      formulas: Object.assign({}, ...FEATURE_SETS.map(({ formulas = {} }) => formulas)),
      dust: DUST_DISC,
      hosts: HOST_LISTS,
      flattest: FLATTEST,
    },
    counterparts: COUNTERPARTS,
    limitsInNumbers: LIMITS,
    pipeline,
    sha256: {
      [MODEL_FILES.booster]: sha256(model),
      [MODEL_FILES.training]: sha256(list),
      [MODEL_FILES.likeness]: sha256(likes),
    },
  });
}

/**
 * Reads a folder of {@link writeModel}.
 *
 * @throws Deno.errors.NotFound when a file is missing; TypeError when it is no classifier.
 */
export async function readModel(folder: string): Promise<SourceClassifier> {
  const [model, text, list, likeness] = await Promise.all(
    Object.values(MODEL_FILES).map((file) => Deno.readTextFile(`${folder}/${file}`)),
  );
  const damaged = (file: string) =>
    new TypeError(
      `${folder}/${file} is not as it was written; make the folder again with deno task report, ` +
        "or name another with --model",
    );
  let saved;
  try {
    saved = JSON.parse(text);
  } catch {
    throw damaged(MODEL_FILES.pipeline);
  }
  const { format, name, title, pipeline, powers, mostFromAbsence, limits, ...rest } = saved;
  const { limitedPowers, coverage } = rest;
  if (!pipeline || !rest.training) throw damaged(MODEL_FILES.pipeline);
  for (
    const [file, content] of [
      [MODEL_FILES.booster, model],
      [MODEL_FILES.training, list],
      [MODEL_FILES.likeness, likeness],
    ]
  ) {
    if ((rest.sha256?.[file] ?? sha256(content)) !== sha256(content)) throw damaged(file);
  }
  const rows: Record<string, string>[] = parse(list, { columns: true });
  const degrees = (cell: string) => cell === "" ? null : Number(cell);
  return new SourceClassifier({
    ...{ format, name, title, powers, mostFromAbsence, limits, limitedPowers, coverage },
    thresholds: rest.thresholds,
    likeness: JSON.parse(likeness),
    pipeline: { ...pipeline, model },
    training: {
      ...rest.training,
      names: rows.map(({ name }) => restored(name)),
      ra: rows.map(({ ra }) => degrees(ra)),
      dec: rows.map(({ dec }) => degrees(dec)),
      labels: [...toLabels(rows.map((row) => row.class))],
    },
  });
}
