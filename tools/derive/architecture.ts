/**
 * Draws which room imports which into docs/architecture.md, and lists them from the ground up:
 * `deno run -RW -E tools/derive/architecture.ts`. A test holds that it is up to date.
 */
import { ROOT } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";
import { readModules, roomsOf } from "../check-house.ts";

const PAGE = `${ROOT}/docs/architecture.md`;
const [BEGIN, END] = ["<!-- made from the imports -->", "<!-- as far as here -->"];

/** The house from the roof down, as the picture has it. */
const STOREYS = ["tools", "notebooks", "lib", "packages"];

/** The page with the picture of today's imports. */
export async function architecture(): Promise<string> {
  const page = await Deno.readTextFile(PAGE);
  const [before, rest] = page.split(BEGIN), [, after] = rest.split(END);
  const all = await rooms();
  const order = ["lib", "packages"].map((storey) =>
    `${storey.padEnd(10)}${inOrder(storey, all).join(", ")}`
  );
  const list = ["```text", ...order, "```"].join("\n");
  return `${before}${BEGIN}\n\n${list}\n\n${picture(all)}\n\n${END}${after}`;
}

/** What each room imports, by rooms; tests are in none. */
async function rooms(): Promise<Map<string, Set<string>>> {
  const modules = [...(await readModules(ROOT)).values()];
  return roomsOf(modules.sort((a, b) => a.path < b.path ? -1 : 1));
}

/** The rooms of a storey, each behind those that it imports; these by how much they stand on. */
function inOrder(storey: string, rooms: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const own = [...rooms.keys()].filter((room) => room.startsWith(`${storey}/`));
  const height = (room: string): number =>
    1 + Math.max(0, ...[...rooms.get(room)!].filter((one) => own.includes(one)).map(height));
  return own.sort((a, b) => height(a) - height(b)).map((room) => room.split("/")[1]);
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
