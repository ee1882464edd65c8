/**
 * Area under the receiver operating characteristic: the chance that a positive row scores higher
 * than a negative one, ties counting half (Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747).
 *
 * @returns NaN without rows of both kinds.
 */
export function areaUnderRoc(score: Float64Array, isPositive: readonly boolean[]): number {
  const order = [...score.keys()].sort((a, b) => score[a] - score[b]);
  let positives = 0, ranks = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && score[order[end]] === score[order[start]]) end++;
    const tied = order.slice(start, end).filter((row) => isPositive[row]).length;
    positives += tied;
    ranks += tied * (start + 1 + end) / 2;
  }
  return (ranks - positives * (positives + 1) / 2) / (positives * (score.length - positives));
}
