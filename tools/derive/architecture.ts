/**
 * Draws which room imports which into docs/architecture.md, between its two marks:
 * `deno run -RW -E tools/derive/architecture.ts`. A test holds that it is up to date.
 */
import { ROOT } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";
import { isTest, readModules } from "../check-house.ts";

const PAGE = `${ROOT}/docs/architecture.md`;
const [BEGIN, END] = ["<!-- made from the imports -->", "<!-- as far as here -->"];

/** The house from the roof down, as the picture has it. */
const STOREYS = ["tools", "notebooks", "lib", "packages"];

/** The page with the picture of today's imports. */
export async function architecture(): Promise<string> {
  const page = await Deno.readTextFile(PAGE);
  const [before, rest] = page.split(BEGIN), [, after] = rest.split(END);
  return `${before}${BEGIN}\n\n${picture(await rooms())}\n\n${END}${after}`;
}

/** What each room imports, by rooms; tests are in none. */
async function rooms(): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  const modules = [...(await readModules(ROOT)).values()];
  for (const { path, imports } of modules.sort((a, b) => a.path < b.path ? -1 : 1)) {
    const room = roomOf(path);
    if (isTest(path) || !room) continue;
    const taken = found.get(room) ?? new Set();
    found.set(room, taken);
    for (const { target } of imports) {
      const other = target && roomOf(target);
      if (other && other !== room) taken.add(other);
    }
  }
  return found;
}

/** `lib/trust` of a module of `lib/trust`; the entrance halls of `lib`, which take all, are none. */
function roomOf(path: string): string | undefined {
  const [storey, room, ...below] = path.split("/");
  if (!STOREYS.includes(storey)) return undefined;
  if (below.length > 0) return `${storey}/${room}`;
  return room.endsWith(".ipynb") ? "notebooks" : undefined;
}

/** Mermaid's text: a box for each room, an arrow to each that it imports and no other of its own does. */
function picture(rooms: ReadonlyMap<string, ReadonlySet<string>>): string {
  const id = (room: string) => room.replaceAll(/\W/g, "_");
  const lines = ["```mermaid", "flowchart TD"];
  for (const storey of STOREYS) {
    lines.push(`  subgraph ${storey}_storey [${storey}]`);
    for (const room of rooms.keys()) {
      if (room.split("/")[0] !== storey) continue;
      lines.push(`    ${id(room)}["${room.split("/").at(-1)}"]`);
    }
    lines.push("  end");
  }
  for (const [room, taken] of rooms) {
    for (const other of [...taken].filter((one) => !isImplied(room, one, rooms)).sort()) {
      lines.push(`  ${id(room)} --> ${id(other)}`);
    }
  }
  return [...lines, "```"].join("\n");
}

/** Whether a room reaches another through one that does not lead back. */
function isImplied(
  from: string,
  to: string,
  rooms: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const reaches = (start: string, goal: string): boolean => {
    const seen = new Set([start]);
    for (const room of seen) {
      if (room === goal) return true;
      // the arrow in question is not a way
      for (const next of rooms.get(room) ?? []) if (room !== from) seen.add(next);
    }
    return false;
  };
  return [...rooms.get(from)!].some((by) =>
    by !== to && !reaches(by, from) && reaches(by, to) && !reaches(to, by)
  );
}

if (import.meta.main) await writeAtomic(PAGE, await architecture());
