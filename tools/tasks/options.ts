import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  LABEL_SCHEMES,
  PROFILES,
  readSettings,
  SettingError,
  wholeNumber,
} from "#lib/run/settings.ts";
import { STOPPED } from "./signals.ts";

/** Exit codes of all tasks; `docs/commands.md` says which of them ends with which. */
export const EXIT = {
  done: 0,
  /** Something failed; what the message does not name is as it was. */
  failed: 1,
  /** A bad option, argument or setting, or a file that cannot be read or replaced; nothing done. */
  refused: 2,
  /** Done, with remarks: rows left out, archives that have changed. */
  remarks: 3,
  /** Stopped because its terminal was closed (SIGHUP), */
  hungUp: STOPPED.SIGHUP,
  /** by Ctrl-C (SIGINT), */
  interrupted: STOPPED.SIGINT,
  /** or by SIGTERM, or because the process that started it is gone. */
  terminated: STOPPED.SIGTERM,
} as const;

/** What the settings options leave behind. */
export interface SettingsOptions {
  readonly data?: string;
  readonly profile?: string;
  readonly labels?: string;
  readonly seed?: number;
  readonly workers?: number;
}

/**
 * A task's command line: `--help` explains it, a bad one ends the process with code 2, and so does
 * an empty argument, as of a variable that is not set.
 */
export function taskCommand(name: string, description: string): Command {
  const empty = Deno.args.findIndex((arg) => /^(--[\w-]+=)?\s*$/.test(arg));
  if (empty >= 0) {
    const before = Deno.args[empty].trim() || Deno.args[empty - 1];
    console.error(
      `error: argument ${empty + 1} is empty${before ? `, behind ${before}` : ""}, as of a ` +
        "variable that is not set; give a value or leave it out",
    );
    Deno.exit(EXIT.refused);
  }
  return new Command(name)
    .description(description)
    .showHelpAfterError(`(${name.startsWith("deno task ") ? `${name} ` : ""}--help explains it)`)
    .exitOverride(({ exitCode }) => Deno.exit(exitCode === 0 ? 0 : EXIT.refused));
}

/** {@link taskCommand} with the settings that most tasks take. */
export function settingsCommand(name: string, description: string): Command {
  return taskCommand(name, description)
    .option("--data <source>", "auto, published, simulated, or the path of a CSV or Parquet table")
    .addOption(
      new Option("--profile <name>", "how much work: smoke checks, quick reports, paper repeats")
        .choices(Object.keys(PROFILES)),
    )
    .addOption(labelsOption())
    .option("--seed <n>", "whole number that all randomness comes from", wholeNumberFrom(0))
    .option("--workers <n>", "worker threads; all cores by default", wholeNumberFrom(1));
}

/** Parses the name of a folder: an empty one, as of a variable that is not set, is none. */
export function namedFolder(value: string): string {
  if (value.trim() !== "") return value;
  throw new InvalidArgumentError("It is empty; name a folder.");
}

/** Whose labels the classifier learns from. */
export function labelsOption(): Option {
  return new Option(
    "--labels <scheme>",
    "what the classifier learns from: union of the paper's labels and those of Yang et al. 2022 " +
      "(default), or paper",
  ).choices([...LABEL_SCHEMES]);
}

/**
 * The settings as the variables that kernels and workers read; what is not given is as it is set
 * outside. All are checked before anything is begun.
 *
 * @throws SettingError naming the option or variable, its value and what it may be.
 */
export function settingsVariables(options: SettingsOptions): Record<string, string> {
  const mirror = Deno.env.get("CSC_MIRROR"), data = options.data ?? Deno.env.get("CSC_DATA");
  if (mirror && !isThere(mirror, "isDirectory")) {
    throw new SettingError(`CSC_MIRROR is "${mirror}": no such folder; name one, or unset it`);
  }
  const given = Object.entries({
    CSC_MIRROR: mirror && resolve(mirror),
    CSC_DATA: data && absolute(data),
    CSC_PROFILE: options.profile,
    CSC_LABELS: options.labels,
    CSC_SEED: options.seed,
    CSC_WORKERS: options.workers,
  }).filter(([, value]) => value !== undefined && value !== "");
  const variables = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  readSettings((name) => variables[name] ?? Deno.env.get(name));
  return variables;
}

// kernels run in `notebooks/`, so no path may depend on the folder
function absolute(data: string): string {
  if (["auto", "published", "simulated"].includes(data)) return data;
  if (isThere(data, "isFile")) return Deno.realPathSync(data);
  throw new SettingError(
    `--data (CSC_DATA) is "${data}": no such file; give auto, published, simulated or a path`,
  );
}

function isThere(path: string, what: "isFile" | "isDirectory"): boolean {
  try {
    return Deno.statSync(path)[what];
  } catch {
    return false;
  }
}

/** Reads the value of an option that is a whole number. */
export function wholeNumberFrom(least: number): (text: string) => number {
  return (text) => {
    const value = wholeNumber(text, least);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`give a whole number from ${least}.`);
  };
}
