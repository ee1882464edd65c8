import { quantile } from "simple-statistics";
import { random } from "../run/random.ts";

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
