/** The part of a notebook file that stripping changes. */
interface Cell {
  cell_type: string;
  metadata: Record<string, unknown>;
  outputs?: unknown[];
  execution_count?: number | null;
}

/**
 * The text of a notebook file without what a run leaves in it: outputs, execution counts and the
 * metadata of cells. Stripping twice is stripping once.
 *
 * @throws SyntaxError when the text is not JSON, or has no cells.
 */
export function stripOutputs(text: string): string {
  const notebook = JSON.parse(text) as { cells: Cell[]; metadata: Record<string, unknown> };
  if (!Array.isArray(notebook?.cells)) throw new SyntaxError("it has no cells");
  for (const cell of notebook.cells) {
    cell.metadata = {};
    if (cell.cell_type !== "code") continue;
    cell.outputs = [];
    cell.execution_count = null;
  }
  notebook.metadata = {
    kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
    language_info: { name: "typescript" },
  };
  return JSON.stringify(notebook, null, 1) + "\n";
}
