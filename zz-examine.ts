import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { cellsOf, hostGroups } from "#lib/trust/blocked-validation.ts";
import { RECIPES, SURVEY_GROUPS, blankColumns, fitClassifier } from "#lib/trust/classifier.ts";
import { scoreHeldOut } from "#lib/scoring/held-out.ts";
import { calibrationScores } from "#lib/trust/calibration.ts";
import { setSummaries } from "#lib/trust/conformal.ts";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { confusionMatrix, predictedLabels, scores } from "#lib/validation/metrics.ts";
const t = await loadTrainingTable("published", { seed: 42 });
const G = SURVEY_GROUPS, all=["Gaia","2MASS","WISE","SDSS","GALEX","MIPS","NED"];
const losses = {none:[], NED:G.NED, Gaia:G.Gaia, IR:[...G["2MASS"],...G.WISE], SDSS:G.SDSS,GALEX:G.GALEX, variability:G["X-ray variability"], "S+G+M+N":["SDSS","GALEX","MIPS","NED"].flatMap(n=>G[n]), xray: all.flatMap(n=>G[n])};
const recipe = RECIPES[(Deno.args[1]??"ours") as "ours"];
const t0=performance.now();
for (const seed of (Deno.args[0]??"42").split(",").map(Number)) {
const r = await scoreHeldOut(t, recipe, { groups: (Deno.args[2]==="hosts"?hostGroups:cellsOf)(t), folds: 5, seed, workers: 1, losses });
for (const [name, {probabilities, unlimited, sets, known}] of Object.entries(r)) {
  const s=(p:Float64Array)=>{const q=scores(confusionMatrix(t.labels,predictedLabels(p,8),8));return `${(100*q.macro.f1).toFixed(1)}/${(100*q.weighted.f1).toFixed(1)}`};
  console.log(seed,name.padEnd(12),"unlimited",s(unlimited),"limited",s(probabilities),"ece",calibrationScores(unlimited,t.labels,8).ece.toFixed(4),calibrationScores(probabilities,t.labels,8).ece.toFixed(4),"known",known);
  if(name==="none"){
    for(const [k,p] of [["unl",unlimited],["lim",probabilities]] as const){const pr=predictedLabels(p,8);
    console.log(k,CLASSES.map((c,i)=>{let n=0,ok=0,st=0;pr.forEach((x,row)=>{if(x===i){n++;st+=p[row*8+i];if(t.labels[row]===i)ok++}});return `${c} ${n} ${(st/n-ok/n).toFixed(3)}`}).join("  "));}
    console.log(setSummaries(sets,t.labels,8).map((x,i)=>`${CLASSES[i]} ${(100*x.covered/x.n).toFixed(1)} size ${x.meanSize.toFixed(2)}`).join("  "));
  }
}
console.log(((performance.now()-t0)/1000).toFixed(0),"s");
}
