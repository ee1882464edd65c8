import { stripTypeScriptTypes } from "node:module";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "#lib/run/files.ts";

const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*["'](\.[^"']+)["'];?/gm;
const DATA = /^import\s+(\w+)\s+from\s*["'](\.[^"']+\.json)["']\s*with\s*\{[^}]*\};?/gm;
const EXPORT = /^export\s+((?:async\s+)?function\*?|const|let|class)\s+(\w+)/gm;

/**
 * A TypeScript module and all it imports (by relative path and name) as one classic script: the
 * types are taken away, each module becomes a function, in the order of their need; data of JSON
 * files are written out.
 *
 * @throws TypeError naming a module that imports or exports in another way.
 */
export async function bundlePage(entry: URL): Promise<string> {
  const ids = new Map<string, string>();
  const modules: string[] = [];
  async function add(url: URL): Promise<string> {
    const known = ids.get(url.href);
    if (known) return known;
    const path = relative(ROOT, fileURLToPath(url));
    const source = stripTypeScriptTypes(await Deno.readTextFile(url));
    const imports: string[] = [];
    for (const [, names, specifier] of source.matchAll(IMPORT)) {
      const bound = names.split(",").map((name) => name.trim().replace(" as ", ": ")).filter(
        Boolean,
      );
      if (bound.length === 0) continue; // types alone
      imports.push(`const { ${bound.join(", ")} } = ${await add(new URL(specifier, url))};`);
    }
    for (const [, name, specifier] of source.matchAll(DATA)) {
      const data = JSON.parse(await Deno.readTextFile(new URL(specifier, url)));
      imports.push(`const ${name} = ${JSON.stringify(data)};`);
    }
    const exported = Array.from(source.matchAll(EXPORT), ([, , name]) => name);
    const body = source.replace(IMPORT, "").replace(DATA, "").replace(EXPORT, "$1 $2");
    if (/^\s*(import|export)\b/m.test(body)) {
      throw new TypeError(
        `${path}: only named imports by relative path, JSON and named exports bundle`,
      );
    }
    const id = `m${ids.size}`;
    ids.set(url.href, id);
    modules.push(
      `// ${path}\nconst ${id} = (() => {\n${imports.join("\n")}\n${squeeze(body)}\n` +
        `return { ${exported.join(", ")} };\n})();`,
    );
    return id;
  }
  await add(entry);
  return `"use strict";\n(() => {\n${modules.join("\n")}\n})();\n`;
}

/** Without the blanks that stripped types leave behind. */
function squeeze(code: string): string {
  return code.replace(/[ \t]+$/gm, "").replace(/\n{2,}/g, "\n").trim();
}
