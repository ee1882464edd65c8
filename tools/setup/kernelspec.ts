import { CACHE } from "#lib/run/files.ts";
import { writeJson } from "@csc-classify/safe-files";
import { fileURLToPath } from "node:url";
import { PYTHON, PYTHON_FOLDER } from "./python-environment.ts";
import { v8Variables } from "./v8-variables.ts";

/** Where the kernel's description is: inside the environment, so that no other Jupyter sees it. */
const KERNELSPEC = `${PYTHON_FOLDER}/share/jupyter/kernels/deno/kernel.json`;

/** Starts the kernel so that "Interrupt" leaves it alive; needs what Windows has not. */
const KEEPER = fileURLToPath(new URL("interruptible-kernel.py", import.meta.url));

/** Describes the Deno that runs this as the kernel `deno` of the project's environment. */
export async function registerKernel(): Promise<void> {
  const kernel = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
  await writeJson(KERNELSPEC, {
    argv: Deno.build.os === "windows"
      ? kernel
      : [PYTHON, "-IB", KEEPER, "{connection_file}", ...kernel],
    display_name: "Deno",
    language: "typescript",
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...await v8Variables() },
  });
  await writeJson(`${PYTHON_FOLDER}/share/jupyter/lab/settings/overrides.json`, {
    // JupyterLab would ask at the first start whether it may fetch news
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    // captions are lines of code as well: a reader sees them whole
    "@jupyterlab/notebook-extension:tracker": {
      codeCellConfig: { lineNumbers: false, lineWrap: true },
    },
  });
}

/** Environment variables that keep Jupyter's files inside the project and the user's outside. */
export function jupyterVariables(): Record<string, string> {
  const folder = `${CACHE}/jupyter`;
  return {
    JUPYTER_CONFIG_DIR: `${folder}/config`,
    JUPYTER_DATA_DIR: `${folder}/data`,
    JUPYTER_RUNTIME_DIR: `${folder}/runtime`,
    JUPYTERLAB_SETTINGS_DIR: `${folder}/settings`,
    JUPYTERLAB_WORKSPACES_DIR: `${folder}/workspaces`,
    IPYTHONDIR: `${folder}/ipython`,
    JUPYTER_PATH: "",
    JUPYTER_CONFIG_PATH: "",
    JUPYTER_PREFER_ENV_PATH: "1",
    PYTHONPATH: "",
    PYTHONNOUSERSITE: "1",
  };
}
