import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { jupyterVariables, registerKernel } from "#tools/setup/kernelspec.ts";
import { PYTHON, pythonEnvironment } from "#tools/setup/python-environment.ts";

export const TOKEN = "only-for-this-test";

/** How {@link startServer} differs from `deno task lab`. */
interface ServerOptions {
  /** Folder that it shows; the project's if absent. */
  readonly root?: string;
  /** Variables of its kernels. */
  readonly env?: Readonly<Record<string, string>>;
}

/** JupyterLab as `deno task lab` starts it, on a free port of this machine. */
export async function startServer({ root = ROOT, env = {} }: ServerOptions = {}) {
  await pythonEnvironment();
  await registerKernel();
  using probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const settings = {
    "ServerApp.root_dir": root,
    "ServerApp.port": port,
    "ServerApp.port_retries": 0,
    "ServerApp.ip": "127.0.0.1",
    "IdentityProvider.token": TOKEN,
  };
  const server = new Deno.Command(PYTHON, {
    args: ["-m", "jupyterlab", "--no-browser", "--allow-root"]
      .concat(Object.entries(settings).map(([name, value]) => `--${name}=${value}`)),
    env: { ...jupyterVariables(), ...env },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const api = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/${path}`, {
      method,
      headers: { Authorization: `token ${TOKEN}` },
      body: body ? JSON.stringify(body) : undefined,
    });
    assert.ok(response.ok, `${method} ${path}: HTTP ${response.status}`);
    return response.status === 204 ? undefined : await response.json();
  };
  const end = async () => {
    server.kill("SIGTERM");
    await server.status;
  };
  for (let tries = 0;; tries++) {
    if (await api("GET", "status").then(() => true, () => false)) break;
    if (tries > 300) await end(), assert.fail("the server does not answer");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { port, api, [Symbol.asyncDispose]: end };
}
