import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { PROFILES, readSettings } from "#lib/run/settings.ts";

/** What the settings options leave behind. */
export interface SettingsOptions {
  readonly data?: string;
  readonly profile?: string;
  readonly seed?: number;
  readonly workers?: number;
}

/** A task's command line with the settings every task takes. */
export function settingsCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--data <source>", "auto, published, simulated, or the path of a CSV or Parquet table")
    .addOption(
      new Option("--profile <name>", "how much work: smoke checks, quick reports, paper repeats")
        .choices(Object.keys(PROFILES)),
    )
    .option("--seed <n>", "whole number that all randomness comes from", wholeNumber)
    .option("--workers <n>", "worker threads; all cores by default", wholeNumber);
}

/**
 * The settings as the variables that kernels and workers read; what is not given is as it is set
 * outside. All are checked before anything is begun.
 *
 * @throws RangeError naming the option or variable, its value and what it may be.
 */
export function settingsVariables(options: SettingsOptions): Record<string, string> {
  const mirror = Deno.env.get("CSC_MIRROR"), data = options.data ?? Deno.env.get("CSC_DATA");
  if (mirror && !isThere(mirror, "isDirectory")) {
    throw new RangeError(`CSC_MIRROR is "${mirror}": no such folder; name one, or unset it`);
  }
  const given = Object.entries({
    CSC_MIRROR: mirror && resolve(mirror),
    CSC_DATA: data && absolute(data),
    CSC_PROFILE: options.profile,
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
  throw new RangeError(
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

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("give a whole number, e.g. 42.");
  }
  return value;
}
