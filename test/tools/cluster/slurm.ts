// A real Slurm on loopback: munged, one slurmctld, two slurmd with one core each, in a folder of
// its own and on ports of its own.
import { existsSync } from "node:fs";
import { hostname } from "node:os";

const PROGRAMS = ["/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/bin/sbatch"];

/** Why no Slurm can run here; undefined when one can. */
export const NO_SLURM: string | undefined = Deno.build.os !== "linux"
  ? "not on Linux"
  : Deno.uid() !== 0
  ? "not root, which slurmd asks for"
  : PROGRAMS.every((path) => existsSync(path))
  ? undefined
  : "no slurmctld, slurmd, slurm-client and munge (Debian packages of these names)";

/** A running Slurm. */
export interface Slurm extends AsyncDisposable {
  /** Environment of commands that are to talk to it. */
  readonly env: Record<string, string>;
  /** Output of one of Slurm's commands. */
  run(command: string, ...args: string[]): Promise<string>;
  /** Waits for the end of a job; its tasks' states by task. */
  ended(job: string, seconds?: number): Promise<Map<string, string>>;
}

/** Starts one, or fails with the controller's log. */
export async function startSlurm(folder: string): Promise<Slurm> {
  const host = hostname(), conf = `${folder}/slurm.conf`, socket = `${folder}/munge.socket`;
  for (const name of ["state", "spool"]) await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  await Deno.chmod(folder, 0o755);
  await Deno.writeFile(`${folder}/munge.key`, crypto.getRandomValues(new Uint8Array(128)), {
    mode: 0o600,
  });
  await Deno.writeTextFile(
    conf,
    `ClusterName=loopback
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=27817
AuthType=auth/munge
AuthInfo=socket=${socket},cred_expire=5
SlurmUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
SlurmdParameters=config_overrides
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
MinJobAge=3600
KillWait=2
NodeName=one NodeHostname=${host} NodeAddr=127.0.0.1 Port=27821 CPUs=1 RealMemory=8000
NodeName=two NodeHostname=${host} NodeAddr=127.0.0.1 Port=27822 CPUs=1 RealMemory=8000
PartitionName=short Nodes=one,two Default=YES State=UP MaxTime=60
`,
  );
  const env = { SLURM_CONF: conf };
  const daemons: Deno.ChildProcess[] = [];
  const start = (command: string, ...args: string[]) =>
    daemons.push(
      new Deno.Command(command, { args, env, stdout: "null", stderr: "null" }).spawn(),
    );
  const run = async (command: string, ...args: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command(command, { args, env }).output();
    if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  };
  const munge = ["--foreground", "--force", `--socket=${socket}`, `--key-file=${folder}/munge.key`];
  const files = ["log", "pid", "seed"].map((name) => `--${name}-file=${folder}/munged.${name}`);
  start("/usr/sbin/munged", ...munge, ...files);
  await until(() => existsSync(socket), 20);
  start("/usr/sbin/slurmctld", "-D", "-c");
  for (const node of ["one", "two"]) start("/usr/sbin/slurmd", "-D", "-N", node);
  try {
    await until(
      async () => /^2$/m.test(await run("sinfo", "-h", "-t", "idle", "-o", "%D").catch(() => "")),
      60,
    );
  } catch (error) {
    await stop();
    const log = await Deno.readTextFile(`${folder}/slurmctld.log`).catch(() => "");
    throw new Error(`Slurm did not start\n${log.slice(-3000)}`, { cause: error });
  }
  async function stop() {
    for (const daemon of daemons.reverse()) {
      try {
        daemon.kill("SIGTERM");
      } catch {
        // it has gone
      }
    }
    await Promise.all(daemons.map(({ status }) => status));
  }
  return {
    env,
    run,
    async ended(job, seconds = 300) {
      const states = new Map<string, string>();
      await until(async () => {
        const lines = (await run("squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%i %T"))
          .trim();
        for (const line of lines.split("\n")) states.set(...line.split(" ") as [string, string]);
        return [...states.values()].every((state) =>
          /^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL)$/.test(state)
        );
      }, seconds);
      return states;
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Waits for a condition, asked five times a second. */
export async function until(is: () => boolean | Promise<boolean>, seconds: number): Promise<void> {
  for (let tries = 0; !(await is()); tries++) {
    if (tries > 5 * seconds) throw new Error(`not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
