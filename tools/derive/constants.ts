import { basename } from "node:path";
import { DATA, ROOT } from "#lib/run/files.ts";
import { filesBelow, writeAtomic } from "@csc-classify/safe-files";

/** A constant, a list or a formula, and where it comes from. */
interface Entry {
  readonly file: string;
  readonly name: string;
  readonly value: string;
  /** Its comment on one line, sources included. */
  readonly words: string;
}

/** Rooms and packages whose constants are physics or choices of the method. */
const ROOMS = [
  "sky",
  "chandra-sources",
  "chandra-archives",
  "acquire",
  "tables",
  "trust",
  "vo-archives",
  "models",
  "validation",
  "forests",
];
/** Files of those rooms that read, write or fetch: no science in their numbers. */
const PLUMBING = new RegExp(
  "^(healpix|one-by-one|cache|pickle|published-(model|files)|pinned-files|acquired-folder|read-\\w+|" +
    "x-match|area|source-rows|" +
    "number-columns|position-columns|column-meaning|table-pieces|arrow-file|acquire|send|ask|" +
    "tap-client|fetch-\\w+|response-cache|lightgbm(-wasm|-data|-training)?|load-lightgbm|archive-table|" +
    "fitting-code|fold-(store|worker)|pool|csv-line|column-map|probe-\\w+|counterparts|match-labels)\\.ts$",
);
/** Constants with a comment of their own. */
const DECLARED =
  /\/\*\*((?:(?!\*\/)[^])*?)\*\/\s*(?:export )?const ([A-Z][A-Z0-9_]*)\b(?:: [^=]*)? = ([^;]*);/g;
/** Functions; formulas are those whose comment names a source or a quantity of physics. */
const FORMULA = /\/\*\*((?:(?!\*\/)[^])*?)\*\/\s*export (?:async )?function (\w+)/g;
const IS_FORMULA =
  /doi:|\bsection \d|equation \d|et al\.|Lockman|IAU|luminosity, erg|power law|cross-section|dust column/;
/** What tells a source: an identifier, or a place in the paper. */
const SOURCE = /doi:|\bIAU\b|section \d|equation \d|et al\.|\bGuide\b|\b(19|20)\d\d\b/i;

/** `docs/constants.md`: every constant, list and formula with its source, from data and comments. */
export async function constantsText(): Promise<string> {
  const lists = await Array.fromAsync(listed());
  const entries = (await Array.fromAsync(sources())).flatMap(({ file, text }) => [
    ...declared(file, text),
    ...formulas(file, text),
  ]);
  const physics = entries.filter(({ words, value }) => value !== "" && SOURCE.test(words));
  const chosen = entries.filter(({ words, value }) =>
    value !== "" && !SOURCE.test(words) && /^[-\d.]/.test(value)
  );
  const made = entries.filter(({ value, words }) => value === "" && IS_FORMULA.test(words));
  return [
    "# Constants, lists and formulas, and where they come from",
    "",
    "Made from the comments of the code and the heads of the files in `data/` by",
    "`deno run -RW -E tools/derive/constants.ts`; a test holds that it is up to date, another works out",
    "more than forty of the values from what the sources state.",
    "",
    "## Lists",
    "",
    ...table(["file", "entries", "what", "sources"], lists),
    "",
    "## Constants with a source",
    "",
    ...table(["constant", "value", "what, and where from", "in"], rows(physics)),
    "",
    "## Formulas",
    "",
    ...table(
      ["function", "what, and where from", "in"],
      rows(made).map(([a, , c, d]) => [a, c, d]),
    ),
    "",
    "## Numbers of our own choice",
    "",
    "Chosen here, for the reason that the comment gives; they have no source.",
    "",
    ...table(["constant", "value", "what", "in"], rows(chosen)),
    "",
    "## Known, said and kept",
    "",
    ...KNOWN.map((words) => `- ${words}`),
    "",
    "## What could not be read",
    "",
    ...UNREAD.map((words) => `- ${words}`),
    "",
  ].join("\n");
}

const KNOWN = [
  "The CSC's 95 % error ellipse is taken 1.2256 times as large, 3 standard deviations along each axis: it holds 98.9 % of the positions. By content, 99.73 %, it would be 1.405 times.",
  "`brightness` is the 0.5-7 keV flux, else NED's of 0.3-8 keV, which is 0.09 dex brighter for a power law of photon index 1.9.",
  "Ultraluminous sources are defined by 10^39 erg/s in 0.3-10 keV; luminosities here are of 0.5-7 keV, 0.12 dex less for photon indices of 1.7 to 2. The margin of the limits holds it.",
  "Deep fields were chosen for holes in the Galaxy's gas: the smooth disc gives CDF-S 2.4e20 cm-2 where the sky has 0.9e20. The CSC's own `nh_gal` is used where a table has it.",
  "Distances of 3,252 galaxies beyond the reach of measured ones are those of a velocity field, with 400 km/s as their error.",
];
const UNREAD = [
  "How much shallower 2MASS and WISE are in the plane (CROWDED) is shown in figures of the papers only; the numbers are rounded estimates.",
  "Effective areas are three values of the Chandra Proposers' Observatory Guide, linear between; a response file of a given date would be better.",
  "RC3 was compared on one page of its table (NGC 3972 to 3987: three of three diameters and axis ratios of the package equal RC3's); the package's 171 galaxies that the hand-made list has too agree in the median to the digit.",
  "NGC 1433 and NGC 1512 lie between 8 and 19 Mpc in the literature: an error of half the distance is stated.",
  "Half-light radii of Liller 1 and UKS 1 are estimates: Harris has none. Distance of W42 and radii of all regions are the handbook's, rounded.",
];

async function* listed(): AsyncGenerator<string[]> {
  const packages = ["chandra-sources", "chandra-archives"];
  const folders = [DATA, ...packages.map((name) => `${ROOT}/packages/${name}/data`)];
  const paths = (await Promise.all(
    folders.map((folder) =>
      filesBelow(folder).then((names) => names.map((name) => `${folder}/${name}`))
    ),
  )).flat()
    .filter((path) => path.endsWith(".json")).sort((a, b) => basename(a) < basename(b) ? -1 : 1);
  for (const path of paths) {
    const name = basename(path), content = JSON.parse(await Deno.readTextFile(path));
    const about = content.about ?? content.note;
    const references: string[] = content.references ?? [];
    if (typeof about !== "string" || (references.length === 0 && !/10\.\d{4}/.test(about))) {
      continue;
    }
    const members = content.rows ?? content.passbands ?? content.catalogues ??
      Object.values(content.columns)[0];
    yield [`\`${name}\``, String(members.length), about, references.join("; ") || "in the words"];
  }
}

async function* sources(): AsyncGenerator<{ file: string; text: string }> {
  const found: string[] = [];
  for (const top of ["lib", "packages"]) {
    const files = await filesBelow(`${ROOT}/${top}`);
    const code = files.filter((file) => /\.ts$/.test(file) && !/(^|\/)test\//.test(file));
    found.push(...code.map((file) => `${ROOT}/${top}/${file}`));
  }
  const inRooms = found.filter((path) =>
    ROOMS.some((room) => path.includes(`/${room}/`)) && !PLUMBING.test(basename(path))
  );
  // by name, so that a move from room to room changes nothing
  for (const path of inRooms.sort((a, b) => basename(a) < basename(b) ? -1 : 1)) {
    yield { file: basename(path), text: await Deno.readTextFile(path) };
  }
}

function* declared(file: string, text: string): Generator<Entry> {
  for (const [, comment, first, rest] of text.matchAll(DECLARED)) {
    // const A = 1, B = 2;
    const parts = `${first} = ${rest}`.split(/, (?=[A-Z][A-Z0-9_]* = )/);
    const name = parts.map((part) => part.slice(0, part.indexOf(" = "))).join(", ");
    const value = parts.map((part) => plain(part.slice(part.indexOf(" = ") + 3))).join(", ");
    yield { file, name, value: value.length > 90 ? "a list" : value, words: plain(comment) };
  }
}

function* formulas(file: string, text: string): Generator<Entry> {
  for (const [, comment, name] of text.matchAll(FORMULA)) {
    yield { file, name, value: "", words: plain(comment.split(/\n \* @/)[0]) };
  }
}

function plain(text: string): string {
  return text.replace(/\n\s*\* ?/g, " ").replace(/\s+/g, " ").replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/^\* /, "").trim();
}

function rows(entries: readonly Entry[]): string[][] {
  return entries.map((
    { name, value, words, file },
  ) => [`\`${name}\``, value, words, `\`${file}\``]);
}

function table(head: readonly string[], cells: readonly (readonly string[])[]): string[] {
  const line = (row: readonly string[]) =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...cells.map(line)];
}

if (import.meta.main) {
  const path = `${ROOT}/docs/constants.md`;
  await writeAtomic(path, await constantsText());
  console.log(path);
}
