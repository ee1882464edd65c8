import { SettingError } from "#lib/run/settings.ts";

/** One of n shares of the work, counted from 1. */
export interface Shard {
  readonly i: number;
  readonly n: number;
}

/** More than any machine has tasks. */
const MOST_SHARDS = 1_000_000;

/** The whole work. */
export const WHOLE: Shard = { i: 1, n: 1 };

/**
 * Reads `i/n`, 1 <= i <= n.
 *
 * @throws SettingError saying what was given and what is meant.
 */
export function parseShard(text: string): Shard {
  const [, i, n] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (!(i >= 1 && i <= n && n <= MOST_SHARDS)) {
    throw new SettingError(
      `--shard ${text}: give i/n with i from 1 to n, e.g. 3/8, and n up to ${MOST_SHARDS}`,
    );
  }
  return { i, n };
}

/**
 * The share of a task of a Slurm array `--array=1-n`; undefined outside one.
 *
 * @throws SettingError for an array that does not count from 1 to n: of a part of an array that is
 * run again nothing tells n, so that it must be given.
 */
export function shardOfSlurm(
  variable: (name: string) => string | undefined,
): Shard | undefined {
  const at = (name: string) => variable(`SLURM_ARRAY_TASK_${name}`);
  if (!at("ID")) return undefined;
  const [i, n, least, most] = ["ID", "COUNT", "MIN", "MAX"].map((name) => Number(at(name)));
  if (least === 1 && most === n && i >= 1 && i <= n) return { i, n };
  throw new SettingError(
    `SLURM_ARRAY_TASK_ID is ${at("ID")} of an array of ${at("COUNT")} tasks from ${at("MIN")} to ` +
      `${at("MAX")}: submit --array=1-n, or give --shard $SLURM_ARRAY_TASK_ID/n`,
  );
}

/**
 * Cuts units of work into n shares of about equal cost: the dearest first, each to the share that
 * has least so far, ties to the first. Depends on nothing but units and n, so that processes that
 * know nothing of each other take different shares. Shares beyond the number of units are empty.
 */
export function share<Unit extends { readonly cost: number }>(
  units: readonly Unit[],
  { i, n }: Shard,
): Unit[] {
  const loads = new Float64Array(n);
  const taker = new Map<Unit, number>();
  for (const unit of [...units].sort((a, b) => b.cost - a.cost)) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] += unit.cost;
    taker.set(unit, least);
  }
  return units.filter((unit) => taker.get(unit) === i - 1);
}
