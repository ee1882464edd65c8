/** Does something in a new folder, which is removed behind it. */
export async function inFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await task(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** {@link inFolder}, with the new folder as `out` meanwhile. */
export function inOut<T>(task: (out: string) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const before = Deno.env.get("CSC_OUT");
    Deno.env.set("CSC_OUT", folder);
    try {
      return await task(folder);
    } finally {
      if (before === undefined) Deno.env.delete("CSC_OUT");
      else Deno.env.set("CSC_OUT", before);
    }
  });
}
