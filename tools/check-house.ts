/**
 * The rules of the house: who may import whom, and what is counted of it. `deno run -R
 * tools/check-house.ts` prints both; a test holds the rules.
 */
import jsTokens from "js-tokens";
import { dirname, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders whose modules are looked at; notebooks count as modules that nobody imports. */
const PLACES = ["packages", "lib", "tools", "notebooks", "test"];

/** A module or a notebook. */
interface Module {
  /** Path below the root. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Names that it defines and exports. */
  readonly exports: readonly string[];
}

/** One import or re-export; types count as values do. */
interface Import {
  readonly specifier: string;
  /** Path of the module below the root; undefined for a package from elsewhere. */
  readonly target?: string;
  /** Names taken; undefined for all. */
  readonly names?: readonly string[];
  /** Those of them that are said to be types. */
  readonly types?: readonly string[];
  /** Whether the names are exported again. */
  readonly isExport: boolean;
}

/** What {@link checkHouse} found. */
interface House {
  /** Imports that no module may have, a sentence each. */
  readonly wrongImports: readonly string[];
  /** Circles of imports, the modules of each. */
  readonly circles: readonly (readonly string[])[];
  /** Rooms of lib, and packages, that import each other, be it by different modules. */
  readonly roomCircles: readonly (readonly string[])[];
  /** Exports that nobody imports: `path: name`. */
  readonly exportedForNobody: readonly string[];
  /** Names of a `mod.ts` that nobody outside imports: `path: name`. */
  readonly offeredToNobody: readonly string[];
  /** Values of a `mod.ts` that tests alone import, and no example of a package: `path: name`. */
  readonly offeredToTests: readonly string[];
  /** Names that `lib/mod.ts` offers. */
  readonly libNames: number;
  /** Those of them that a notebook, study, figure or tool takes. */
  readonly libNamesUsed: number;
  readonly libLines: number;
  readonly libModules: number;
  /** Lines of each package without its tests. */
  readonly packageLines: Readonly<Record<string, number>>;
  /** Casts by way of `unknown`, tests left out. */
  readonly doubleCasts: number;
  /** Literal objects and lists that are spread where they stand, `path: beginning`, tests left out. */
  readonly packingSpreads: readonly string[];
  /** What is counted of each notebook, by path. */
  readonly notebooks: Readonly<Record<string, NotebookCounts>>;
}

/** What is counted of a notebook. */
interface NotebookCounts {
  /** Non-blank lines of each code cell. */
  readonly cells: readonly number[];
  /** Lines of prose of 100 characters each, begun ones counted whole. */
  readonly prose: number;
  /** Calls in code that build prose of more than two lines. */
  readonly builtProse: number;
  /** Which of the libraries its cells call. */
  readonly calls: readonly ("Plot" | "polars" | "Arrow" | "danfojs")[];
}

/** Every module and notebook of the project, by its path below the root. */
export async function readModules(root: string): Promise<ReadonlyMap<string, Module>> {
  const resolve = await resolver(root);
  const modules = new Map<string, Module>();
  for (const place of PLACES) {
    for await (const path of filesOf(`${root}/${place}`)) {
      const module = await readModule(relative(root, path), root, resolve);
      modules.set(module.path, module);
    }
  }
  return modules;
}

/** Looks at every module of the project. */
export async function checkHouse(root: string): Promise<House> {
  const modules = await readModules(root);
  const all = [...modules.values()], used = usedNames(modules, all);
  const code = all.filter(({ path }) => !isTest(path)), usedByCode = usedNames(modules, code);
  const libFiles = code.filter(({ path }) => path.startsWith("lib/"));
  const offers = code.filter(({ path }) => /(^|\/)mod\.ts$/.test(path));
  const packages = Object.groupBy(
    code.filter(({ path }) => path.startsWith("packages/")),
    ({ path }) => path.split("/")[1],
  );
  return {
    wrongImports: all.flatMap(wrongImports),
    circles: circles(
      new Map(
        all.map(({ path, imports }) => [
          path,
          imports.flatMap(({ target }) => target && modules.has(target) ? [target] : []),
        ]),
      ),
    ),
    roomCircles: circles(
      new Map([...roomsOf(code)].filter(([room]) => /^(lib|packages)\//.test(room))),
    ),
    exportedForNobody: code.filter(({ path }) => path.endsWith(".ts")).flatMap((
      { path, exports },
    ) => exports.filter((name) => !used.get(path)?.has(name)).map((name) => `${path}: ${name}`)),
    offeredToNobody: offers.flatMap(({ path, imports }) =>
      imports.filter(({ isExport }) => isExport).flatMap(({ names = ["*"] }) => names)
        .filter((name) => !used.get(path)?.has(name)).map((name) => `${path}: ${name}`)
    ),
    offeredToTests: (await Promise.all(offers.map(async ({ path, imports }) => {
      const example = await exampleBeside(`${root}/${path}`);
      return imports.filter(({ isExport }) => isExport).flatMap(({ names = [], types = [] }) =>
        names.filter((name) =>
          !types.includes(name) && !usedByCode.get(path)?.has(name) &&
          !new RegExp(`\\b${name}\\b`).test(example)
        )
      ).map((name) => `${path}: ${name}`);
    }))).flat(),
    libNames: modules.get("lib/mod.ts")?.imports.flatMap(({ names = [] }) => names).length ?? 0,
    libNamesUsed: new Set(
      code.filter(({ path }) => !path.startsWith("lib/")).flatMap(({ imports }) =>
        imports.filter(({ target }) => target === "lib/mod.ts").flatMap(({ names = [] }) => names)
      ),
    ).size,
    libLines: libFiles.reduce((sum, { text }) => sum + lines(text), 0),
    libModules: libFiles.length,
    packageLines: Object.fromEntries(
      Object.entries(packages).map(([name, files = []]) => [
        name,
        files.reduce((sum, { text }) => sum + lines(text), 0),
      ]),
    ),
    doubleCasts: count(code, /\bas unknown as\b/g),
    packingSpreads: code.flatMap(({ path, text }) =>
      packingSpreads(text).map((begin) => `${path}: ${begin}`)
    ),
    notebooks: Object.fromEntries(
      await Promise.all(
        all.filter(({ path }) => path.endsWith(".ipynb")).map(async ({ path }) =>
          [path, notebookCounts(await Deno.readTextFile(`${root}/${path}`))] as const
        ),
      ),
    ),
  };
}

/** The code in the README that lies beside a module; "" where there is none. */
async function exampleBeside(path: string): Promise<string> {
  const readme = await Deno.readTextFile(`${dirname(path)}/README.md`).catch(() => "");
  return Array.from(readme.matchAll(/^```(?:ts|js)\n(.*?)^```/gms), ([, code]) => code).join("");
}

function notebookCounts(text: string): NotebookCounts {
  const code = cellsOf(text, "code"), all = code.join("\n");
  const filled = (cell: string) => cell.split("\n").filter((line) => line.trim());
  const prose = cellsOf(text, "markdown").flatMap(filled);
  // from the call to its closing backtick at the line's end
  const built = [
    ...all.matchAll(/^ *(?:await )?Deno\.jupyter\.md`[\s\S]*?`;$/gm),
  ];
  const uses = {
    Plot: /\bPlot\.\w+\(/,
    polars: /\bpl\.\w+\(/,
    Arrow: /from "apache-arrow"/,
    danfojs: /from "danfojs"/,
  };
  return {
    cells: code.map((cell) => filled(cell).length),
    prose: prose.reduce((sum, line) => sum + Math.ceil(line.length / 100), 0),
    builtProse: built.filter(([call]) => call.split("\n").length > 2).length,
    calls: Object.entries(uses).filter(([, use]) => use.test(all))
      .map(([name]) => name as keyof typeof uses),
  };
}

/** Whether a module is a test, or lies beside one. */
function isTest(path: string): boolean {
  return path.startsWith("test/") || /^packages\/[^/]+\/test\//.test(path);
}

function lines(text: string): number {
  return text.split("\n").length - 1;
}

function count(modules: readonly Module[], pattern: RegExp): number {
  return modules.reduce((sum, { text }) => sum + [...text.matchAll(pattern)].length, 0);
}

const LAYOUT = /^(WhiteSpace|LineTerminatorSequence|(Single|Multi)LineComment|HashbangComment)$/;

/**
 * Beginnings of literal objects and lists which are spread where they stand, though their parts
 * could stand there themselves. What is chosen by a condition or made from a list is none.
 */
function packingSpreads(text: string): string[] {
  const tokens = Array.from(jsTokens(text)).filter(({ type }) => !LAYOUT.test(type));
  const found: string[] = [], open: number[] = [];
  tokens.forEach(({ value }, at) => {
    if (/^[{[(]$/.test(value)) open.push(at);
    if (!/^[}\])]$/.test(value)) return;
    const begin = open.pop()!;
    const isSpread = tokens[begin - 1]?.value === "..." && tokens[begin].value !== "(";
    const isWhole = /^([,}\])]|as)$/.test(tokens[at + 1]?.value ?? "");
    if (isSpread && isWhole) {
      found.push(tokens.slice(begin - 1, begin + 6).map((token) => token.value).join(" "));
    }
  });
  return found;
}

async function* filesOf(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory && !name.startsWith(".") && name !== "node_modules") yield* filesOf(path);
    else if (/\.(ts|ipynb)$/.test(name)) yield path;
  }
}

type Resolve = (from: string, specifier: string) => string | undefined;

/** Tells the path below the root that a specifier means, by the import map and the workspace. */
async function resolver(root: string): Promise<Resolve> {
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(`${root}/${path}`));
  const { imports } = await read("deno.json") as { imports: Record<string, string> };
  const folders = Object.entries(imports).filter(([, target]) => target.startsWith("./"));
  const entries = new Map<string, string>();
  for await (const { name: folder } of Deno.readDir(`${root}/packages`)) {
    const { name, exports } = await read(`packages/${folder}/deno.json`) as {
      name: string;
      exports: Record<string, string>;
    };
    for (const [entry, file] of Object.entries(exports)) {
      entries.set(
        normalize(`${name}/${entry}`).replace(/\/\.?$/, ""),
        `packages/${folder}/${file}`,
      );
    }
  }
  return (from, specifier) => {
    if (specifier.startsWith(".")) return normalize(`${dirname(from)}/${specifier}`);
    const entry = entries.get(specifier);
    if (entry) return normalize(entry);
    const folder = folders.find(([name]) => name.endsWith("/") && specifier.startsWith(name));
    return folder && normalize(folder[1] + specifier.slice(folder[0].length));
  };
}

const STATEMENT =
  /^(import|export)\s+(?:type\s+)?(?:(\{[^}]*\})|(\*)(?:\s+as\s+\w+)?|\w+(?:\s*,\s*(\{[^}]*\}))?)\s+from\s+"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*\)/g;
const DEFINITION =
  /^export\s+(?:abstract\s+)?(?:async\s+)?(?:function\*?|const|let|class|interface|type|enum)\s+(\w+)/gm;

async function readModule(path: string, root: string, resolve: Resolve): Promise<Module> {
  const whole = await Deno.readTextFile(`${root}/${path}`);
  const text = path.endsWith(".ipynb") ? codeOf(whole) : whole;
  const found = Array.from(
    text.matchAll(STATEMENT),
    ([statement, kind, braces, star, more, specifier]): Import => {
      const parts = (braces ?? more)?.slice(1, -1).split(",").map((part) => part.trim())
        .filter(Boolean);
      const nameOf = (part: string) => part.replace(/^type\s+/, "").split(/\s+as\s+/)[0];
      const names = parts?.map(nameOf);
      const isOfTypes = /^\w+\s+type\b/.test(statement);
      return {
        specifier,
        target: resolve(path, specifier),
        names: star ? undefined : names ?? ["default"],
        types: parts?.filter((part) => isOfTypes || /^type\s/.test(part)).map(nameOf),
        isExport: kind === "export",
      };
    },
  );
  const loaded = Array.from(
    text.matchAll(DYNAMIC),
    ([, specifier]): Import => (
      { specifier, target: resolve(path, specifier), isExport: false }
    ),
  );
  const exports = Array.from(text.matchAll(DEFINITION), ([, name]) => name);
  return { path, text, imports: [...found, ...loaded], exports };
}

/** The code of a notebook. */
function codeOf(notebook: string): string {
  return cellsOf(notebook, "code").join("\n");
}

function cellsOf(notebook: string, kind: "code" | "markdown"): string[] {
  const { cells } = JSON.parse(notebook) as {
    cells: readonly { cell_type: string; source: string | readonly string[] }[];
  };
  return cells.filter(({ cell_type }) => cell_type === kind)
    .map(({ source }) => [source].flat().join(""));
}

/** What a module imports and must not, a sentence each. */
function wrongImports({ path, imports }: Module): string[] {
  const [top, own] = path.split("/");
  return imports.flatMap(({ specifier, target }) => {
    if (!target) return [];
    const [place, name] = target.split("/");
    const isAllowed = top === "packages"
      // its tests may look into another package, its code may not
      ? place === "packages" && (name === own || !specifier.startsWith(".") || isTest(path))
      : top === "lib"
      ? !["tools", "notebooks", "test"].includes(place)
      : top === "notebooks"
      ? !["tools", "test"].includes(place)
      : top === "tools"
      ? place !== "test"
      : true;
    // lists that a package ships are no modules of it
    const isInside = place === "packages" && top !== "packages" && top !== "test" &&
      specifier.startsWith(".") && !specifier.endsWith(".json");
    return isAllowed && !isInside ? [] : [`${path} imports ${specifier}`];
  });
}

/** Names of each module that the given ones take, whether defined there or passed on. */
function usedNames(
  modules: ReadonlyMap<string, Module>,
  by: readonly Module[],
): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const { imports, text } of by) {
    for (const { target, names } of imports) {
      if (!target) continue;
      const taken = used.get(target) ?? new Set();
      used.set(target, taken);
      // of a whole module what is named after a dot
      const all = modules.get(target)?.exports ?? [];
      for (const name of names ?? all.filter((one) => new RegExp(`\\.${one}\\b`).test(text))) {
        taken.add(name);
      }
    }
  }
  return used;
}

/** What each room imports, by rooms, of the given modules. */
export function roomsOf(modules: readonly Module[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { path, imports } of modules) {
    const room = roomOf(path);
    if (!room) continue;
    const taken = found.get(room) ?? new Set();
    found.set(room, taken);
    for (const { target } of imports) {
      const other = target && roomOf(target);
      if (other && other !== room) taken.add(other);
    }
  }
  return found;
}

/**
 * `lib/trust` of a module of `lib/trust`, `notebooks` of a notebook; undefined of a test, and of the
 * entrance halls of `lib` and `tools`, which take all.
 */
function roomOf(path: string): string | undefined {
  const [storey, room, ...below] = path.split("/");
  if (isTest(path) || !PLACES.includes(storey)) return undefined;
  if (below.length > 0) return `${storey}/${room}`;
  return room.endsWith(".ipynb") ? storey : undefined;
}

/** Groups of nodes that reach each other, by Tarjan's algorithm. */
function circles(graph: ReadonlyMap<string, Iterable<string>>): string[][] {
  const order = new Map<string, number>(), low = new Map<string, number>();
  const stack: string[] = [], found: string[][] = [];
  const visit = (node: string) => {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== order.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

if (import.meta.main) {
  const house = await checkHouse(fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, ""));
  for (const [what, found] of Object.entries(house)) {
    const isList = Array.isArray(found);
    console.log(`${what}: ${isList ? found.length : JSON.stringify(found)}`);
    if (isList) { for (const one of found) console.log(`  ${[one].flat().join(" <-> ")}`); }
  }
}
