import { parse } from "csv-parse/sync";
import {
  CLASSES,
  FEATURES,
  FLATTEST,
  HOST_LISTS,
  toLabels,
  XRAY_LIMITS,
} from "@csc-classify/chandra-sources";
import { PRESENCE_COLUMNS, SCORED_COLUMNS } from "./scored-columns.ts";
import { checkInputs, sha256, writeAtomic } from "@csc-classify/safe-files";
import { BRIGHTNESS, DUST_DISC, FEATURE_SETS } from "../tables/added-features.ts";
import { csvLine, restored } from "@csc-classify/vo-tables/browser";
import { SOURCE_COLUMNS, SourceClassifier } from "../trust/classify.ts";
import {
  COMMON_COUNTERPARTS,
  COUNTERPART_BANDS,
  LEAST_OF_CASE,
  PLACES,
  SURVEY_CASES,
} from "../trust/decision.ts";
import { LIKENESS_RULES } from "../trust/likeness.ts";
import { LUMINOSITY_LIMITS } from "../trust/physical-limits.ts";
import type { TrainingList } from "../trust/saved-classifier.ts";

/** Files of a model folder. */
export const MODEL_FILES = {
  pipeline: "pipeline.json",
  booster: "lightgbm.txt",
  training: "training.csv",
  likeness: "likeness.json",
  seals: "SHA256SUMS",
} as const;

/** The classifier in Python: code, so no member that names the classifier. */
const PYTHON_MODULE = "csc_classify.py";

/** The command that makes the folder of the products. */
const MAKE = "deno task report --only 05";

/**
 * Writes a classifier as a folder that other tools read, without any of our code: `lightgbm.txt`,
 * the model in LightGBM's own text format; `pipeline.json`, all that comes before and after it
 * (columns with their units, formulas of the added ones, lists of hosts, calibration, limits,
 * thresholds of the sets, classes in order); `training.csv`, what it learnt from, and why each label
 * is what it is; `likeness.json`, what likeness is judged against; `SHA256SUMS`, their digests; and
 * `csc_classify.py`, which classifies with them in Python.
 */
export async function writeModel(folder: string, classifier: SourceClassifier): Promise<void> {
  for (const [name, text] of modelFiles(classifier)) await writeAtomic(`${folder}/${name}`, text);
  const module = await Deno.readTextFile(new URL(`./${PYTHON_MODULE}`, import.meta.url));
  await writeAtomic(`${folder}/${PYTHON_MODULE}`, module);
}

/**
 * Names a classifier: the SHA-256 of the `SHA256SUMS` of its folder, whether it is in one or not.
 * It finds damage and mix-ups, not a forger.
 */
export function modelDigest(classifier: SourceClassifier): string {
  return sha256(modelFiles(classifier).get(MODEL_FILES.seals)!);
}

/** The texts of a model folder by file, the seals last. */
function modelFiles({ saved }: SourceClassifier): Map<string, string> {
  const { pipeline: { model, ...pipeline }, training, likeness, ...head } = saved;
  const { names, ra, dec, labels, notes, ...origin } = training;
  const known = new Map(FEATURES.map((feature) => [feature.name, feature]));
  const told = Object.keys(notes);
  const rows = names.map((name, i) =>
    csvLine([name, ra[i], dec[i], CLASSES[labels[i]], ...told.map((note) => notes[note][i])])
  );
  const files = new Map<string, string>([
    [MODEL_FILES.booster, model],
    [MODEL_FILES.training, csvLine(["name", "ra", "dec", "class", ...told]) + rows.join("")],
    [MODEL_FILES.likeness, JSON.stringify(likeness)],
    [
      MODEL_FILES.pipeline,
      `${
        JSON.stringify(
          {
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
            fluxes: XRAY_LIMITS.map(({ flux }) => flux),
            colours: Object.fromEntries(
              FEATURES.flatMap(({ name, from }) => from ? [[name, from]] : []),
            ),
            presence: PRESENCE_COLUMNS,
            columns: SCORED_COLUMNS,
            likeness: LIKENESS_RULES,
            counterparts: COUNTERPART_BANDS,
            commonCounterparts: COMMON_COUNTERPARTS,
            surveyCases: SURVEY_CASES,
            places: PLACES,
            leastOfCase: LEAST_OF_CASE,
            limitsInNumbers: LUMINOSITY_LIMITS,
            pipeline,
          },
          null,
          2,
        )
      }\n`,
    ],
  ]);
  const seals = [...files].map(([name, text]) => `${sha256(text)}  ${name}\n`).sort();
  return files.set(MODEL_FILES.seals, seals.join(""));
}

/**
 * Reads a folder of {@link writeModel}: every file sealed, every number in its range.
 *
 * @throws Deno.errors.NotFound when there is no `pipeline.json`; TypeError naming the file when one
 * is missing or not as it was written, when the folder is of format 1, or when it is no classifier;
 * OutputError for a pipe or a device in place of a file.
 */
export async function readModel(folder: string): Promise<SourceClassifier> {
  const text = await sealedTexts(folder);
  try {
    const { format, name, title, fillsFlux, decision, pipeline, training, classes } = {
      ...JSON.parse(text(MODEL_FILES.pipeline)),
    };
    if (!Array.isArray(classes) || classes.join() !== CLASSES.join()) {
      throw new TypeError(`classes must be ${CLASSES.join(", ")}`);
    }
    return new SourceClassifier({
      format,
      name,
      title,
      fillsFlux,
      decision,
      pipeline: { ...pipeline, model: text(MODEL_FILES.booster) },
      likeness: JSON.parse(text(MODEL_FILES.likeness)),
      training: { ...training, ...trainingList(text(MODEL_FILES.training)) },
    });
  } catch (error) {
    const { message } = error as Error;
    throw new TypeError(
      `${folder}/${MODEL_FILES.pipeline}: ${message}; make the folder again with ${MAKE}, or name ` +
        "another with --model",
      { cause: error },
    );
  }
}

/** The texts of a model folder, each as its seal has it; throws as {@link readModel}. */
async function sealedTexts(folder: string): Promise<(file: string) => string> {
  const texts = new Map<string, string>(), names = Object.values(MODEL_FILES);
  await checkInputs(
    names.map((file) => ({ path: `${folder}/${file}`, what: "a file of the classifier" })),
  );
  for (const file of names) {
    try {
      texts.set(file, await Deno.readTextFile(`${folder}/${file}`));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      if (file === MODEL_FILES.pipeline) throw error;
    }
  }
  const text = (file: string) => texts.get(file)!;
  if (/^\{\s*"format": "csc-classify classifier 1",/.test(text(MODEL_FILES.pipeline))) {
    throw new TypeError(
      `${folder} is a classifier of format 1, which versions before 2.0.0 wrote; make it anew ` +
        `with ${MAKE}, or name another with --model`,
    );
  }
  const damaged = (file: string) =>
    new TypeError(
      `${folder}/${file} is not as ${MODEL_FILES.seals} has it; make the folder again with ` +
        `${MAKE}, or name another with --model`,
    );
  const seals = new Map(
    (texts.get(MODEL_FILES.seals) ?? "").split("\n").map((line) => {
      const [digest, name] = line.split("  ");
      return [name, digest];
    }),
  );
  const sealed = names.filter((file) => file !== MODEL_FILES.seals);
  if (sealed.some((file) => !seals.has(file))) throw damaged(MODEL_FILES.seals);
  for (const file of sealed) {
    if (!texts.has(file) || seals.get(file) !== sha256(text(file))) throw damaged(file);
  }
  return text;
}

/** `training.csv` back: names, positions, labels and what is told of each. */
function trainingList(
  text: string,
): Pick<TrainingList, "names" | "ra" | "dec" | "labels" | "notes"> {
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const degrees = (cell: string) => cell === "" ? null : Number(cell);
  const [head]: string[][] = parse(text, { to: 1 });
  const told = head.filter((name) => !["name", "ra", "dec", "class"].includes(name));
  return {
    names: rows.map(({ name }) => restored(name)),
    ra: rows.map(({ ra }) => degrees(ra)),
    dec: rows.map(({ dec }) => degrees(dec)),
    labels: [...toLabels(rows.map((row) => row.class))],
    notes: Object.fromEntries(told.map((name) => [name, rows.map((row) => noteOf(row[name]))])),
  };
}

function noteOf(cell: string): string | boolean | null {
  return cell === ""
    ? null
    : cell === "true" || cell === "false"
    ? cell === "true"
    : restored(cell);
}
