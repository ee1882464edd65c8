/**
 * Times the spherical cross-match against STILTS on simulated positions and checks that the pairs
 * are the same: `deno run -A tools/bench/cross-match.ts [300000] [2000000]`. Needs `stilts` on the path.
 */
import { workFolder, writeAtomic } from "@csc-classify/safe-files";
import { CACHE } from "#lib/run/files.ts";
import { random } from "@csc-classify/forests";
import { crossMatch } from "@csc-classify/sky";

const [firstCount, secondCount] = [Deno.args[0] ?? 300_000, Deno.args[1] ?? 2_000_000].map(Number);
const stream = random(1, "bench cross-match");

function places(count: number) {
  const ra = Float64Array.from({ length: count }, () => 360 * stream.uniform());
  return { ra, dec: ra.map(() => Math.asin(2 * stream.uniform() - 1) * 180 / Math.PI) };
}

const first = places(firstCount), second = places(secondCount);
// half of the first list have a neighbour about a third of an arcsecond away
for (let i = 0; i < Math.min(firstCount, secondCount); i += 2) {
  second.ra[i] = first.ra[i] + 1e-4 * stream.normal();
  second.dec[i] = Math.max(-90, Math.min(90, first.dec[i] + 1e-4 * stream.normal()));
}

const start = performance.now();
const pairs = crossMatch(first, second, { radiusArcsec: 3, find: "all" });
const ours = (performance.now() - start) / 1000;

await using work = await workFolder(CACHE);
const { folder } = work;
for (const [name, { ra, dec }] of Object.entries({ first, second })) {
  const lines = Array.from(ra, (value, i) => `${i},${value},${dec[i]}\n`);
  await writeAtomic(`${folder}/${name}.csv`, ["i,ra,dec\n", ...lines].join(""));
}
const begun = performance.now();
const { success } = await new Deno.Command("stilts", {
  args: [
    "tskymatch2",
    `in1=${folder}/first.csv`,
    `in2=${folder}/second.csv`,
    "ifmt1=csv",
    "ifmt2=csv",
    "ra1=ra",
    "dec1=dec",
    "ra2=ra",
    "dec2=dec",
    "error=3",
    "find=all",
    `out=${folder}/pairs.csv`,
    "ofmt=csv",
  ],
  stdout: "null",
  stderr: "null",
}).output();
if (!success) throw new Error("stilts failed; is it installed and the path writable?");
const theirs = (performance.now() - begun) / 1000;
const [head, ...lines] = (await Deno.readTextFile(`${folder}/pairs.csv`)).trim().split("\n");
const [i, j] = ["i_1", "i_2"].map((name) => head.split(",").indexOf(name));
const known = new Set(lines.map((line) => line.split(",")).map((row) => `${row[i]},${row[j]}`));
const more = pairs.first.reduce(
  (count, row, k) => count + (known.has(`${row},${pairs.second[k]}`) ? 0 : 1),
  0,
);
const lost = lines.length - (pairs.first.length - more);
console.log(
  `${firstCount} x ${secondCount} positions, ${pairs.first.length} pairs within 3 arcsec`,
);
console.log(`ours ${ours.toFixed(1)} s; STILTS ${theirs.toFixed(1)} s with reading and writing`);
console.log(`pairs of STILTS that we lack: ${lost}; pairs that STILTS lacks: ${more}`);
