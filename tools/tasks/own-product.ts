import { basename, extname } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import { fileSha256, type Output } from "@csc-classify/safe-files";
import { openArrowFile } from "@csc-classify/vo-tables/arrow";
import { csvLine } from "@csc-classify/vo-tables/browser";

/** All that is written of a product, the description beside a CSV too, as outputs to check. */
export function productOutputs(path: string, option: string): Output[] {
  const product = { path, option, isOurs: isOwnProduct };
  if (extname(path).toLowerCase() !== ".csv") return [product];
  const sidecar = `${path}-metadata.json`;
  const isOurs = async () => await readDescription(path) !== undefined;
  return [product, { path: sidecar, option: `${option} ${path}, its description`, isOurs }];
}

/**
 * Whether a file says of itself that this project wrote it: by its schema, its footer, its head or,
 * of a CSV, the description beside it, which must fit its first line and has its SHA-256: one that
 * was edited by hand is its user's.
 */
async function isOwnProduct(path: string): Promise<boolean> {
  try {
    if (!await isRegular(path)) return false;
    return await KINDS[extname(path).toLowerCase()]?.(path) ?? false;
  } catch {
    return false; // what cannot be read says nothing
  }
}

const KINDS: Readonly<Record<string, (path: string) => Promise<boolean>>> = {
  async ".arrow"(path) {
    const { schema, batches } = await openArrowFile(path);
    await batches[Symbol.asyncIterator]().return?.();
    return isMadeHere(Object.fromEntries(schema.metadata));
  },
  async ".parquet"(path) {
    const { key_value_metadata = [] } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    return isMadeHere(Object.fromEntries(key_value_metadata.map(({ key, value }) => [key, value])));
  },
  async ".vot"(path) {
    const head = await beginning(path, 1 << 16);
    const infos = head.matchAll(/<INFO name="([^"]*)" value="([^"]*)"\/>/g);
    return isMadeHere(Object.fromEntries([...infos].map(([, name, value]) => [name, value])));
  },
  async ".csv"(path) {
    const { columns, sha256 } = await readDescription(path) ?? {};
    if (!columns) return false;
    if (sha256 !== undefined) return sha256 === await fileSha256(path);
    const line = csvLine(columns); // descriptions of earlier versions have no digest
    return await beginning(path, new TextEncoder().encode(line).length) === line;
  },
};

/** What every product of `scoreFile` states of its making. */
function isMadeHere(stated: Readonly<Record<string, unknown>>): boolean {
  return ["simulated", "commit", "classifier"].every((name) => stated[name] !== undefined);
}

/** What the description beside a CSV says of it; undefined where that is none of ours. */
async function readDescription(
  csv: string,
): Promise<{ readonly columns: string[]; readonly sha256?: string } | undefined> {
  try {
    if (!await isRegular(`${csv}-metadata.json`)) return undefined; // a pipe would never end
    const described = JSON.parse(await Deno.readTextFile(`${csv}-metadata.json`));
    const { url, simulated, provenance, tableSchema, sha256 } = described;
    if (url !== basename(csv) || !isMadeHere({ simulated, ...provenance })) return undefined;
    const columns = tableSchema.columns.map(({ name }: { name: string }) => name);
    return { columns, sha256 };
  } catch {
    return undefined;
  }
}

async function isRegular(path: string): Promise<boolean> {
  return (await Deno.stat(path)).isFile;
}

/** The first bytes of a file as text. */
async function beginning(path: string, length: number): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(length);
  let done = 0;
  for (let n: number | null = 0; n !== null && done < length; done += n ?? 0) {
    n = await file.read(bytes.subarray(done));
  }
  return new TextDecoder().decode(bytes.subarray(0, done));
}
