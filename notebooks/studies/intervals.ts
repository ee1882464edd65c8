import { quantile } from "simple-statistics";
import { random } from "#lib/run/random.ts";

/**
 * 95 per cent percentile bootstrap interval (Efron 1979, doi:10.1214/aos/1176344552) of a
 * statistic of rows drawn with replacement.
 *
 * @param statistic Of drawn row numbers in [0, nRows).
 * @returns Lower and upper end.
 */
export function bootstrapInterval(
  nRows: number,
  statistic: (rows: Int32Array) => number,
  { seed, draws = 1000 }: { readonly seed: number; readonly draws?: number },
): [number, number] {
  const stream = random(seed, "bootstrap");
  const values = Array.from(
    { length: draws },
    () => statistic(Int32Array.from({ length: nRows }, () => stream.integer(nRows))),
  );
  return [quantile(values, 0.025), quantile(values, 0.975)];
}

/**
 * The same over groups, e.g. sky cells: whole groups are drawn, for the sources of one field are
 * alike, and a score of another sky differs by the fields that it has.
 *
 * @param groups `[nRows]` group of each row.
 * @param statistic Of the rows of the drawn groups, in any number.
 */
export function groupInterval(
  groups: Int32Array,
  statistic: (rows: Int32Array) => number,
  options: { readonly seed: number; readonly draws?: number },
): [number, number] {
  const members = [...Map.groupBy(groups.keys(), (row) => groups[row]).values()];
  return bootstrapInterval(
    members.length,
    (drawn) => statistic(Int32Array.from([...drawn].flatMap((group) => members[group]))),
    options,
  );
}

/** A share of a sample with its interval. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A share with its 95 per cent score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953),
 * which holds for small samples and shares near 0 or 1.
 *
 * @returns NaN shares when `total` is 0.
 */
export function wilsonInterval(count: number, total: number, z = 1.959964): Share {
  const share = count / total, z2 = z * z / total;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = Math.sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2);
  return { share, low: middle - half, high: middle + half };
}
