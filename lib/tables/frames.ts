import pl, { type DataFrame } from "nodejs-polars";

/** A CSV file with a header as a frame; column types are inferred from all its rows. */
export function readCsv(bytes: Uint8Array): DataFrame {
  return pl.readCSV(new TextDecoder().decode(bytes), { inferSchemaLength: 1_000_000 });
}
