import assert from "node:assert/strict";
import {
  checkInputs,
  checkOutputs,
  MARK,
  type Output,
  OutputError,
  refuseLinks,
  useFolder,
  writeAtomic,
} from "@csc-classify/safe-files";
import { contentOf, inSandbox } from "./sandbox.ts";

const out = (path: string, more: Partial<Output> = {}) => ({ path, option: "--out", ...more });

Deno.test("an output that is an input is refused under every name that leads to it", () =>
  inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/sub`);
    await Deno.writeTextFile(`${folder}/t.csv`, "mine");
    await Deno.symlink("t.csv", `${folder}/link.csv`);
    await Deno.link(`${folder}/t.csv`, `${folder}/hard.csv`);
    await Deno.symlink(folder, `${folder}/sub/up`);
    const inputs = [{ path: `${folder}/t.csv`, what: "the table" }];
    const names = ["t.csv", "./t.csv", "sub/../t.csv", "link.csv", "hard.csv", "sub/up/t.csv"];
    for (const name of names) {
      const check = checkOutputs({ inputs, outputs: [out(`${folder}/${name}`)], overwrite: true });
      await assert.rejects(check, /is the table itself; name another/, name);
    }
    // where letters' case means nothing these are one file; where it does, the refusal costs a name
    const other = checkOutputs({ inputs, outputs: [out(`${folder}/T.CSV`)], overwrite: true });
    await assert.rejects(other, OutputError);
    // so with an input that is not there yet, and one in another form of Unicode
    const later = [{ path: `${folder}/e\u0301.csv`, what: "the table" }];
    await assert.rejects(
      checkOutputs({ inputs: later, outputs: [out(`${folder}/\u00e9.csv`)] }),
      /itself/,
    );
  }));

Deno.test("a name so long that none is left for what is written beside it is refused at once", () =>
  inSandbox(async (folder) => {
    const check = (name: string) =>
      checkOutputs({ inputs: [], outputs: [out(`${folder}/${name}`)] });
    for (const name of ["x".repeat(208), "é".repeat(104), "x".repeat(300)]) {
      await assert.rejects(check(name), /has a name of \d+ bytes, and at most 207 .*; shorten it/);
    }
    await check("x".repeat(207));
    await writeAtomic(`${folder}/${"x".repeat(207)}`, "");
  }));

Deno.test("a pipe and a device are no inputs, a link to them neither", () =>
  inSandbox(async (folder) => {
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    await Deno.symlink("/dev/zero", `${folder}/zero.csv`);
    for (const path of [`${folder}/pipe`, `${folder}/zero.csv`, "/dev/null"]) {
      const inputs = [{ path, what: "the table" }];
      await assert.rejects(
        checkOutputs({ inputs, outputs: [out(`${folder}/o.csv`)] }),
        /the table, .*, is no regular file .*save it as a file first/,
      );
    }
  }));

Deno.test("an empty name, and what lies among the system's devices, is refused before it is touched", async () => {
  const lstat = Deno.lstat, stat = Deno.stat;
  // as with a task's rights, which end there
  const refuse = (path: string | URL) => {
    throw new Deno.errors.NotCapable(`Requires all access to "${path}"`);
  };
  Deno.lstat = Deno.stat = refuse as typeof stat;
  try {
    for (const path of ["/dev/stdout", "/proc/self/o.csv", "/sys/o.csv", "/dev/../dev/o.csv"]) {
      await assert.rejects(
        checkOutputs({ inputs: [], outputs: [out(path)] }),
        /^OutputError: --out .* is no regular file \(it lies where the system keeps devices\); name an/,
      );
      const inputs = [{ path, what: "the table" }];
      await assert.rejects(checkInputs(inputs), /^OutputError: the table, .*; save it as a file/);
    }
    for (const path of ["", " "]) {
      await assert.rejects(checkOutputs({ inputs: [], outputs: [out(path)] }), /--out.* is empty/);
      await assert.rejects(
        checkInputs([{ path, what: "the table" }]),
        /the table.* is empty; give/,
      );
    }
  } finally {
    Object.assign(Deno, { lstat, stat });
  }
});

Deno.test("a ~ in quotes, which the shell has left, makes no folder of that name", () =>
  inSandbox(async (folder) => {
    for (const path of ["~", "~/o.csv", `${folder}/~`, `${folder}/~/a/o.csv`]) {
      const outputs = [{ path, option: "--out", makesFolders: true }];
      await assert.rejects(checkOutputs({ inputs: [], outputs }), /has a ~ that the shell did not/);
      await assert.rejects(useFolder(path), /has a ~ that the shell did not/);
    }
    const outputs = [{ path: `${folder}/~.csv`, option: "--out" }];
    await checkOutputs({ inputs: [], outputs });
  }));

Deno.test("a link to the devices' folder leads to none of its files", () =>
  inSandbox(async (folder) => {
    await Deno.symlink("/dev", `${folder}/devices`);
    await assert.rejects(
      checkOutputs({ inputs: [], outputs: [out(`${folder}/devices/o.csv`)] }),
      /lies where the system keeps devices/,
    );
  }));

Deno.test("a folder that is to be made lies in a folder, not in a link to nothing or to itself", () =>
  inSandbox(async (folder) => {
    await Deno.symlink("nowhere", `${folder}/dangling`);
    await Deno.symlink("loop", `${folder}/loop`);
    await Deno.writeTextFile(`${folder}/file`, "mine");
    for (const name of ["dangling", "loop", "file"]) {
      for (const path of [`${folder}/${name}/a`, `${folder}/${name}/new/a`]) {
        const outputs = [out(path, { makesFolders: true })];
        await assert.rejects(
          checkOutputs({ inputs: [], outputs }),
          /OutputError: .* no folder/,
          path,
        );
      }
    }
    await Deno.mkdir(`${folder}/nowhere`);
    const outputs = [out(`${folder}/dangling/new/a`, { makesFolders: true })];
    await checkOutputs({ inputs: [], outputs });
  }));

Deno.test("what is written below a folder follows no link there, and replaces no folder", () =>
  inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/parts/scored`, { recursive: true });
    await Deno.mkdir(`${folder}/mine`);
    await Deno.symlink(`${folder}/mine`, `${folder}/parts/scored/link`);
    await Deno.symlink(`${folder}/mine/1`, `${folder}/parts/scored/2`);
    const parts = `${folder}/parts`;
    for (const name of ["scored/link/1", "scored/link/deep/1", "scored/2", "scored"]) {
      await assert.rejects(refuseLinks(parts, `${parts}/${name}`), /neither followed nor replaced/);
    }
    await Deno.symlink(parts, `${folder}/other`);
    // the folder itself may be a link, and what is not there is made
    for (const name of ["scored/1", "scored/new/1", "3"]) {
      await refuseLinks(`${folder}/other`, `${folder}/other/${name}`);
    }
  }));

Deno.test("a folder to write is a folder, or a link to one", () =>
  inSandbox(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "mine");
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    await Deno.symlink("nowhere", `${folder}/link`);
    const check = (name: string) =>
      checkOutputs({ inputs: [], outputs: [out(`${folder}/${name}`, { isFolder: true })] });
    for (const name of ["file", "pipe", "link"]) await assert.rejects(check(name), /name a folder/);
    await Deno.mkdir(`${folder}/nowhere`);
    for (const name of ["link", "nowhere", "new"]) await check(name);
  }));

Deno.test("an output below a file is refused by name", () =>
  inSandbox(async (folder) => {
    await Deno.writeTextFile(`${folder}/t.csv`, "mine");
    const inside = out(`${folder}/t.csv/catalogue.parquet`, { makesFolders: true });
    await assert.rejects(
      checkOutputs({ inputs: [], outputs: [inside] }),
      /--out .*t\.csv\/catalogue\.parquet lies in what is no folder; name another/,
    );
  }));

Deno.test("no output has the name of a mark", () =>
  inSandbox(async (folder) => {
    const check = checkOutputs({
      inputs: [],
      outputs: [out(`${folder}/${MARK}`)],
      overwrite: true,
    });
    await assert.rejects(check, /has the name of this project's marks; name another/);
  }));

Deno.test("two outputs are not one file, and none lies in a folder that is read", () =>
  inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/model`);
    await Deno.symlink(`${folder}/model`, `${folder}/other`);
    const two = [out(`${folder}/a.csv`), out(`${folder}/./A.csv`, { option: "--rejects" })];
    await assert.rejects(
      checkOutputs({ inputs: [], outputs: two }),
      /--rejects .*A\.csv is what --out names/,
    );
    const inputs = [{ path: `${folder}/model`, what: "the model" }];
    for (const name of ["model/a.csv", "other/a.csv"]) {
      const check = checkOutputs({ inputs, outputs: [out(`${folder}/${name}`)] });
      await assert.rejects(check, /lies in the model/);
    }
    const within = [{ path: `${folder}/c/t.arrow`, what: "the file" }];
    const target = out(`${folder}/c`, { isFolder: true });
    await assert.rejects(checkOutputs({ inputs: within, outputs: [target] }), /holds the file/);
    await checkOutputs({ inputs, outputs: [out(`${folder}/models.csv`)] });
  }));

Deno.test("a file that is there is replaced where it is ours, or where the user says so", () =>
  inSandbox(async (folder) => {
    await Deno.writeTextFile(`${folder}/mine.csv`, "mine");
    const at = `${folder}/mine.csv`, inputs: [] = [];
    const refused = checkOutputs({ inputs, outputs: [out(at)], remedy: "give --overwrite" });
    await assert.rejects(
      refused,
      /was not written by this project, or was changed since; name another, or give --over/,
    );
    await checkOutputs({ inputs, outputs: [out(at)], overwrite: true });
    await checkOutputs({ inputs, outputs: [out(at, { isOurs: () => Promise.resolve(true) })] });
    await Deno.chmod(at, 0o444);
    const locked = checkOutputs({ inputs, outputs: [out(at)], overwrite: true });
    await assert.rejects(locked, /is read-only; make it writable/);
  }));

Deno.test("links, folders, pipes and devices are never replaced, whatever the user says", () =>
  inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/folder`);
    await Deno.symlink("nowhere", `${folder}/link`);
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    const before = await contentOf(folder);
    const paths = { folder: /a folder/, link: /a link/, pipe: /no regular file/ };
    for (const [name, message] of Object.entries(paths)) {
      const outputs = [out(`${folder}/${name}`, { isOurs: () => Promise.resolve(true) })];
      await assert.rejects(checkOutputs({ inputs: [], outputs, overwrite: true }), message);
    }
    const device = checkOutputs({ inputs: [], outputs: [out("/dev/null")], overwrite: true });
    await assert.rejects(device, /no regular file/);
    await assert.rejects(
      checkOutputs({ inputs: [], outputs: [out(`${folder}/no/a.csv`)] }),
      /there is no folder .*no; make it first/,
    );
    await checkOutputs({ inputs: [], outputs: [out(`${folder}/no/a`, { makesFolders: true })] });
    assert.deepEqual(await contentOf(folder), before);
  }));
