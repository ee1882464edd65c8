/** Does something in a new folder, which is removed behind it. */
export async function inFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await task(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
