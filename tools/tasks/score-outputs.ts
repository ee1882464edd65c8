import { dirname, extname, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { checkOutputs, OutputError, systemWords } from "@csc-classify/safe-files";
import { ownOutput, productOutputs } from "./own-product.ts";
import { PRODUCT_FORMATS } from "@csc-classify/vo-tables/write";
import { TableError } from "@csc-classify/vo-tables/browser";

/** What a classification reads and writes: all of it is checked before work begins. */
interface ScoreFiles {
  readonly table: string;
  readonly out: string;
  readonly rejects: string;
  /** Folder of the classifier, where it is read from one. */
  readonly model?: string;
  readonly overwrite?: boolean;
}

/** Parses the name of a file of classified sources, which says its format. */
export function productFile(path: string): string {
  if (Object.hasOwn(PRODUCT_FORMATS, extname(path).toLowerCase())) return path;
  throw new InvalidArgumentError(
    `Use one of ${Object.keys(PRODUCT_FORMATS).join(", ")}: a file's name says its format.`,
  );
}

/**
 * Refuses outputs, the description of a CSV among them, that would replace the table, the
 * classifier, each other, or a file that is none of ours or was changed since, under whatever names.
 *
 * @throws TableError naming the file and the option that mends it.
 */
export async function checkScoreOutputs(
  { table, out, rejects, model, overwrite }: ScoreFiles,
): Promise<void> {
  try {
    await checkOutputs({
      inputs: [
        { path: table, what: "the table" },
        ...model === undefined ? [] : [{ path: model, what: "the classifier's folder" }],
      ],
      outputs: [
        ...productOutputs(out, "--out"),
        ownOutput(rejects, "--rejects"),
      ],
      overwrite,
      remedy: "give --overwrite",
    });
  } catch (error) {
    throw error instanceof OutputError ? new TableError("columns", error.message) : error;
  }
}

/**
 * Says of a failed write where it was and what mends it; the system's own words may name no file.
 *
 * @returns The message for the user; that of the error itself when it is about something else.
 */
export function explainFailure(error: unknown, out: string): string {
  const message = systemWords(error instanceof Error ? error.message : String(error));
  const [problem] = message.split("\n"), folder = dirname(out);
  const [, named] = /'([^']*[/\\][^']*)'/.exec(problem) ?? [];
  const isElsewhere = named !== undefined && !resolve(named).startsWith(resolve(folder));
  if (error instanceof TableError || isElsewhere) return message;
  const remedy = /No space left|quota|os error (28|122)\b/i.test(message)
    ? "free some space, or name a file on another disk with --out"
    : /Permission denied|not permitted|Read-only file system|os error (1|13|30)\b/i.test(message)
    ? `make ${folder} writable, or name a file elsewhere with --out`
    : undefined;
  if (!remedy) return message;
  return `cannot write ${out}: ${problem}; ${remedy}. Nothing was written; ` +
    "files of earlier runs are as they were.";
}
