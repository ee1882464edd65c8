import pl from "nodejs-polars";
import { CLASSES } from "@csc-classify/chandra-sources";
import { publishedScorer } from "#studies/catalogues/published-scorer.ts";
import type { PublishedFile } from "#lib/tables/published-files.ts";
import { gitBlobId } from "../packages/vo-archives/pinned-files.ts";
import { readCsv } from "@csc-classify/chandra-sources/files";
import { readPublishedModel } from "#lib/tables/published-model.ts";
import { AUTHORS_COLUMNS, positionOfName } from "#studies/catalogues/published-tables.ts";
import { describeCds } from "../packages/vo-tables/cds-description.ts";
import { mirror, published } from "./published.ts";

/** Paths of the files that no mirror has. */
export const REMOTE = {
  authors: "csc-portal-app/df2.csv",
  yang: "muwclass/gcs.dat",
  pairs: "chandra-xai/paper-2-data-table-with-shap.gz",
  classes: "chandra-xai/All-OVR-class-shap-deets.gz",
} as const;

/** The six flux columns of the training table, and where each stands in the stand-in. */
const FLUXES = [0, 1, 2, 3, 4, 5];

/**
 * A table of the form of the authors' scored one, made of rows of their training set and what
 * their model says of them; its six fluxes are moved on by `shift` places under the labels.
 */
export async function authorsStandIn(nRows = 300, shift = 2): Promise<string> {
  const { names, normalised } = readPublishedModel(await published("chandra-ml/lightGBM-new.pkl"));
  const scorer = await publishedScorer({ mirror });
  const step = Math.floor(names.length / nRows), { nColumns } = normalised;
  const lines = [AUTHORS_COLUMNS.join(",")];
  for (let i = 0; i < nRows; i++) {
    const start = i * step * nColumns;
    const values = normalised.values.slice(start, start + nColumns);
    const p = scorer.predictScaled({ ...normalised, values, nRows: 1 });
    const { ra, dec } = positionOfName(names[i * step]);
    const sorted = [...p].sort((a, b) => b - a), best = CLASSES[p.indexOf(sorted[0])];
    const fluxes = FLUXES.map((at) => values[8 + (at + shift) % 6]);
    const features = [...values.slice(0, 8), ...fluxes, ...values.slice(14)];
    lines.push([
      ...[names[i * step], 5, false, false, false, ra, dec, 0.5, false, false, false],
      ...[best, sorted[0], sorted[0] - sorted[1]],
      ...[...CLASSES].sort().map((name) => p[CLASSES.indexOf(name)]),
      ...features.map((value) => Number.isNaN(value) ? "" : value),
    ].join(","));
  }
  return lines.join("\n") + "\n";
}

/** Rows of Yang's training set in the form of gcs.dat, and a ReadMe that counts them. */
export async function yangStandIn(nRows = 200): Promise<{ readMe: string; table: string }> {
  const whole = new TextDecoder().decode(await published("muwclass/ReadMe"));
  const readMe = whole.replace(/^gcs\.dat +468 +66369/m, `gcs.dat      468    ${nRows}`);
  const { columns, lineBytes } = describeCds(readMe, "gcs.dat");
  const frame = readCsv(await published("muwclass/TD.csv"));
  const cells = columns.map(({ name }) => frame.getColumn(name).toArray());
  const lines = Array.from({ length: nRows }, (_, row) => {
    const line = new Array<string>(lineBytes!).fill(" ");
    columns.forEach(({ name, datatype, bytes: [first, last] }, c) => {
      const cell = cells[c][row], width = last - first + 1;
      // as in the file itself: three digits of the right ascension
      const text = name === "CSCv2_RA"
        ? Number(cell).toExponential(2)
        : typeof cell === "number" && String(cell).length > width
        ? cell.toPrecision(width - 5)
        : String(cell ?? "");
      [...datatype === "char" ? text.slice(0, width).padEnd(width) : text.padStart(width)].forEach((
        char,
        i,
      ) => line[first - 1 + i] = char);
    });
    return line.join("");
  });
  return { readMe, table: lines.join("\n") + "\n" };
}

/** The two Parquet tables of the authors' portal, of the same sources as {@link authorsStandIn}. */
export function portalStandIns(authors: string): { pairs: Uint8Array; classes: Uint8Array } {
  const frame = readCsv(new TextEncoder().encode(authors));
  const column = (name: string) => frame.getColumn(name).toArray();
  const pairs = pl.DataFrame({
    ra: column("ra"),
    dec: column("dec"),
    "class 1": column("class"),
    CMP1: column("prob"),
    "class 2": column("class"),
    CMP2: column("prob").map((p) => 1 - Number(p)),
    SHAP: column("prob").map((p) => Number(p) > 0.5),
    name: column("CSC-ID"),
  });
  const sure = frame.filter(pl.col("prob").gt(0.5));
  const classes = pl.DataFrame({
    pred_prob: sure.getColumn("prob").toArray(),
    pred_class: sure.getColumn("class").toArray(),
    name: sure.getColumn("CSC-ID").toArray(),
  });
  return { pairs: pairs.writeParquet(), classes: classes.writeParquet() };
}

/**
 * Serves contents by path on loopback, with a registry that pins each by its own git name unless
 * another is given; files that the mirror has are served from there.
 */
export async function serveFiles(
  contents: Readonly<Record<string, string | Uint8Array>>,
  use: (registry: PublishedFile[], cache: string) => Promise<void>,
  blobs: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bytes = (path: string) => {
    const content = contents[path];
    return typeof content === "string" ? new TextEncoder().encode(content) : content;
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname.slice(1));
    return path in contents
      ? new Response(bytes(path) as Uint8Array<ArrayBuffer>)
      : new Response("404: Not Found", { status: 404 });
  });
  const cache = await Deno.makeTempDir();
  try {
    const registry = Object.keys(contents).map((path) => ({
      path,
      url: `http://127.0.0.1:${server.addr.port}/${path}`,
      blob: blobs[path] ?? gitBlobId(bytes(path)),
      content: "stand-in",
      credit: "written for the tests",
    }));
    await use(registry, cache);
  } finally {
    await server.shutdown();
    await Deno.remove(cache, { recursive: true });
  }
}
