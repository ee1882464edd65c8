import pl, { type DataFrame } from "nodejs-polars";
import { FLUX_NED } from "../catalogue/features.ts";
import { outFolder, writeAtomic } from "../run/files.ts";

/** Where an acquired catalogue lies. */
export interface AcquiredFiles {
  /** Every source, class null where unidentified. */
  readonly catalogue: string;
  /** The labelled sources: what the tasks take as `--data`. */
  readonly training: string;
}

/**
 * Writes an acquired catalogue as Parquet below `out/acquired/`.
 *
 * @param features As from `assembleFeatures`. NED's flux, which the published table has and Table 2
 * has not, is added as a column without values unless it is there.
 * @param labels `[nSources]` rows as from `matchLabels`.
 */
export async function saveAcquired(
  features: DataFrame,
  labels: DataFrame,
): Promise<AcquiredFiles> {
  const ned = pl.Series(FLUX_NED.name, Array(features.height).fill(null), pl.Float64);
  const whole = (features.columns.includes(FLUX_NED.name) ? features : features.withColumn(ned))
    .withColumns(...labels.getColumns());
  const folder = `${outFolder()}/acquired`;
  const files = {
    catalogue: `${folder}/catalogue.parquet`,
    training: `${folder}/training.parquet`,
  };
  await writeAtomic(files.catalogue, whole.writeParquet());
  const labelled = whole.filter(pl.col("class").isNotNull());
  await writeAtomic(files.training, labelled.writeParquet());
  return files;
}
