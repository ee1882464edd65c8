import assert from "node:assert/strict";
import { dirname, normalize } from "node:path";
import { ROOT } from "#lib/run/files.ts";

/** The rooms of `lib/`, from the ground up: the most lines each may have, and whom it may use. */
const ROOMS: Readonly<Record<string, { lines: number; uses: readonly string[] }>> = {
  run: { lines: 450, uses: [] },
  catalogue: { lines: 450, uses: ["run"] },
  sky: { lines: 550, uses: [] },
  archives: { lines: 2450, uses: ["catalogue", "sky", "run", "tables"] },
  tables: { lines: 3450, uses: ["catalogue", "sky", "run"] },
  models: { lines: 2700, uses: ["catalogue", "run"] },
  validation: { lines: 750, uses: ["models", "catalogue", "run"] },
  trust: {
    lines: 1400,
    uses: ["validation", "models", "tables", "sky", "catalogue", "run"],
  },
  scoring: {
    lines: 950,
    uses: ["trust", "validation", "models", "tables", "sky", "catalogue", "run"],
  },
  notebook: { lines: 500, uses: ["run", "catalogue"] },
};

const IMPORT = /^(?:import|export)\b[^;"]*?\bfrom "([^"]+)"/gm;

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

function* filesOf(room: string): Generator<Source> {
  for (const { name } of Deno.readDirSync(`${ROOT}/lib/${room}`)) {
    const path = `lib/${room}/${name}`;
    assert.match(name, /\.ts$/, `${path}: a room holds modules only, and no further rooms`);
    yield { path, room, text: Deno.readTextFileSync(`${ROOT}/${path}`) };
  }
}

const files = Object.keys(ROOMS).flatMap((room) => [...filesOf(room)]);

Deno.test("lib has the rooms of the plan and no others", () => {
  const found = [...Deno.readDirSync(`${ROOT}/lib`)].filter(({ isDirectory }) => isDirectory);
  assert.deepEqual(found.map(({ name }) => name).sort(), Object.keys(ROOMS).sort());
});

Deno.test("a room imports only the rooms below it, and lib neither tools nor figures nor studies", () => {
  const wrong = files.flatMap(({ path, room, text }) =>
    [...text.matchAll(IMPORT)].flatMap(([, specifier]) => {
      if (/^[#.]/.test(specifier) === false) return []; // a package
      const target = specifier.startsWith("#")
        ? specifier.slice(1) // #lib/, #tools/, #figures/, #studies/
        : normalize(`${dirname(path)}/${specifier}`);
      const [top, other] = target.split("/");
      // the project's own data, its deno.json, and its root as a URL
      const isData = top === "data" || target === "deno.json" || target === "./";
      const isAllowed = top === "lib" && (other === room || ROOMS[room].uses.includes(other));
      return isData || isAllowed ? [] : [`${path} imports ${specifier}`];
    })
  );
  assert.deepEqual(wrong, []);
});

Deno.test("no room grows beyond its lines: what is added takes the place of something", () => {
  const grown = Object.entries(ROOMS).flatMap(([room, { lines }]) => {
    const own = files.filter((file) => file.room === room);
    const count = own.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0);
    return count > lines ? [`${room}: ${count} lines, at most ${lines}`] : [];
  });
  assert.deepEqual(grown, []);
});

Deno.test("lib as a whole stays small: at most 13,500 lines in 130 modules", () => {
  const tops = [...Deno.readDirSync(`${ROOT}/lib`)].filter(({ isFile }) => isFile);
  const texts = [
    ...files.map(({ text }) => text),
    ...tops.map(({ name }) => Deno.readTextFileSync(`${ROOT}/lib/${name}`)),
  ];
  const lines = texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
  assert.ok(lines <= 13_500, `lib has ${lines} lines; what one notebook or tool uses lies there`);
  assert.ok(texts.length <= 130, `lib has ${texts.length} modules`);
});
