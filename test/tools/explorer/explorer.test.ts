import assert from "node:assert/strict";
import pl from "nodejs-polars";
import type { Browser, Page } from "playwright-core";
import { writeExplorer } from "#tools/explorer/write-explorer.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { chromiumPath, launchChromium } from "../../chromium.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { HOST_LISTS } from "@csc-classify/chandra-sources";
import { toGalactic } from "@csc-classify/sky";
import { parse } from "csv-parse/sync";
import { SCORED_COLUMNS } from "#lib/scoring/scored-columns.ts";
import { smallClassifier, writeSources } from "../../scoring/small-pipeline.ts";

const HOSTILE = '<img src=x onerror="document.title=1">"&\'</script>,=1+1';
const N_STARS = 500;

async function writePage(folder: string): Promise<string> {
  const stars = Array.from({ length: N_STARS }, (_, i) => ({
    name: `STAR ${String(i).padStart(3, "0")}`,
    ra: 83 + i / 500,
    dec: -5 + i / 1000,
    G: 12,
    flux_b: 1e-13 * (i + 1) / N_STARS,
  }));
  writeSources(`${folder}/s.parquet`, [
    ...stars,
    { name: HOSTILE, ra: 200, dec: 40, G: 18, flux_b: null },
    { name: "NOWHERE", ra: null, dec: null, G: null, flux_b: null },
  ]);
  // of two origins, which both have the first; the first 50 are published as STAR, ten
  // more as AGN, ten as YSO
  const rows = [...Array(N_STARS + 2).keys()];
  const published = rows.map((i) => i < 50 ? "STAR" : i < 60 ? "AGN" : i < 70 ? "YSO" : null);
  pl.readParquet(`${folder}/s.parquet`).withColumns(
    pl.Series("origin", rows.map((i) => i < 100 ? HOSTILE : "second"), pl.String),
    pl.Series("published_class", published, pl.String),
    pl.Series(
      "other_inputs",
      rows.map((i) => i === 0 ? "STAR with 0.612 by second" : null),
      pl.String,
    ),
  ).writeParquet(`${folder}/s.parquet`);
  const classifier = new SourceClassifier(smallClassifier());
  const files = { scored: `${folder}/s.arrow`, sources: `${folder}/s.parquet` };
  await scoreFile({
    input: files.sources,
    output: files.scored,
    classifier: classifier.save(),
    workers: 1,
    metadata: {
      title: "Test catalogue",
      description: HOSTILE,
      simulated: true,
      provenance: { seed: "1", note: HOSTILE },
    },
  });
  await writeExplorer({
    ...files,
    classifier,
    votable: "catalogue/s.vot",
    output: `${folder}/explorer.html`,
  });
  return `file://${folder}/explorer.html`;
}

/** One browser and one page file for all steps; every step gets a page of its own. */
Deno.test({
  name: "the explorer",
  ignore: !chromiumPath,
  async fn(t) {
    const folder = await Deno.makeTempDir();
    const browser = await launchChromium();
    try {
      const url = await writePage(folder);
      for (const [name, step] of Object.entries(STEPS)) {
        await t.step(name, () => onPage(browser, url, step));
      }
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function onPage(
  browser: Browser,
  url: string,
  step: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(file|data|blob):|^http:\/\/localhost:21012\//.test(request.url())) {
      problems.push(`asked for ${request.url()}`);
    }
  });
  try {
    await page.goto(url);
    await page.waitForSelector("body:not(.loading)");
    await step(page);
    const isHub = (text: string) => /ERR_CONNECTION_REFUSED/.test(text);
    assert.deepEqual(problems.filter((text) => !isHub(text)), []);
  } finally {
    await page.close();
  }
}

const count = (page: Page) => page.textContent("#count");
const firstName = (page: Page) => page.textContent("#table .line >> nth=0 >> .name");

function radiusOf(name: string): number {
  const { radiusArcmin } = HOST_LISTS[0].objects.find((object) => object.name === name)!;
  return Number((1.3 * radiusArcmin).toPrecision(3));
}

const csvRows = (text: string): Promise<string[][]> => Promise.resolve(parse(text));

async function download(page: Page, button: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return Deno.readTextFile(await file.path());
}

const STEPS: Record<string, (page: Page) => Promise<void>> = {
  async "at 1280 px there is no room for margin and hint beside the details"(page) {
    await page.setViewportSize({ width: 1280, height: 900 });
    assert.ok(await page.isVisible("#hint"));
    await page.click("#table .line");
    await page.waitForSelector("#details h2");
    assert.ok(await page.isHidden("#hint"));
    assert.ok(await page.locator("#table .line .cmp").first().isVisible());
    assert.ok(await page.locator("#table .line .margin").first().isHidden());
  },
  async "opens from disk, says that it is simulated and shows every source"(page) {
    assert.equal(await page.title(), "Test catalogue");
    assert.ok(await page.isVisible("#banner"));
    assert.equal(await count(page), "502 of 502 SIMULATED sources");
    const lit = await page.evaluate(() => {
      const map = document.getElementById("map") as HTMLCanvasElement;
      const { data } = map.getContext("2d")!.getImageData(0, 0, map.width, map.height);
      const colours = new Set<number>();
      for (let i = 0; i < data.length; i += 4) {
        colours.add((data[i] << 16) + (data[i + 1] << 8) + data[i + 2]);
      }
      return colours.size;
    });
    assert.ok(lit > 5, `the map has ${lit} colours`);
  },

  async "finds sources around a position in degrees, in sexagesimal and in Galactic notation"(
    page,
  ) {
    const galactic = toGalactic(83.2, -4.9);
    const places = ["83.2 -4.9", "05:32:48 -04:54:00", "05h32m48s -04d54m00s"];
    for (const position of [...places, `l ${galactic.l} b ${galactic.b}`]) {
      await page.fill("#search", position);
      await page.fill("#radius", "1");
      // star i lies at (83 + i/500, -5 + i/1000): the centre is star 100, its neighbours 8" away
      assert.equal(await count(page), "15 of 502 SIMULATED sources", position);
      assert.equal(await firstName(page), "STAR 100");
      assert.equal(await page.textContent("#table .line >> nth=0 >> .distance"), "0.00″");
    }
    assert.equal(await page.getAttribute("[role=columnheader].distance", "aria-sort"), "ascending");
  },

  async "says what is wrong with a position or a radius and keeps what it shows"(page) {
    await page.fill("#search", "10 95");
    assert.match((await page.textContent("#search-error"))!, /beyond ±90°/);
    assert.equal(await count(page), "502 of 502 SIMULATED sources");
    await page.fill("#search", "10 5");
    await page.fill("#radius", "-1");
    assert.match((await page.textContent("#radius-error"))!, /above 0/);
    await page.fill("#radius", "1");
    assert.equal(await count(page), "0 of 502 SIMULATED sources");
    assert.ok(await page.isVisible("#empty"));
    assert.ok(await page.isDisabled("#save-csv"));
    await page.click("text=Clear filters");
    await page.waitForFunction(() =>
      document.getElementById("count")!.textContent!.startsWith("502")
    );
    assert.ok(await page.isHidden("#around"));
  },

  async "says of a name that nothing has what would find it"(page) {
    await page.fill("#search", "NGC 9999");
    assert.equal(await count(page), "0 of 502 SIMULATED sources");
    const said = (await page.textContent("#empty"))!;
    assert.match(said, /“NGC 9999”.*no object.*galaxies.*position/s);
    assert.doesNotMatch(said, /radius/);
    await page.click("text=Clear filters");
    await page.waitForFunction(() =>
      document.getElementById("count")!.textContent!.startsWith("502")
    );
  },

  async "shows first what is most telling: a sure class that others publish as another"(page) {
    // stars 50 to 59 are published as AGN, 60 to 69 as YSO, which is a question of age
    assert.match((await firstName(page))!, /^STAR 05\d$/);
    await page.click("[role=columnheader].margin button");
    assert.ok(await page.isVisible("#interest"));
    await page.click("#interest");
    assert.match((await firstName(page))!, /^STAR 05\d$/);
  },

  async "filters by class, probability and part of the name"(page) {
    await page.uncheck("#class-1");
    assert.equal(await count(page), "2 of 502 SIMULATED sources");
    assert.equal(await page.textContent("#count-1"), "500");
    await page.check("#class-1");
    await page.fill("#lowest", "0.8");
    assert.equal(await count(page), "500 of 502 SIMULATED sources");
    await page.click("[data-lowest='0.9999']");
    assert.equal(await count(page), "0 of 502 SIMULATED sources");
    await page.click("[data-lowest='0']");
    await page.fill("#search", "r 01");
    assert.equal(await count(page), "10 of 502 SIMULATED sources");
  },

  async "filters by origin and by what others published"(page) {
    assert.equal(await page.textContent("#count-origin-0"), "100");
    await page.uncheck("#origin-1");
    assert.equal(await count(page), "100 of 502 SIMULATED sources");
    assert.equal(await page.textContent("#count-1"), "100");
    await page.selectOption("#published", "same");
    assert.equal(await count(page), "50 of 502 SIMULATED sources");
    await page.selectOption("#published", "other");
    assert.equal(await count(page), "20 of 502 SIMULATED sources");
    assert.equal(await page.textContent("#table .line >> nth=0 >> .published"), "AGN");
    await page.selectOption("#published", "none");
    assert.equal(await count(page), "30 of 502 SIMULATED sources");
    await page.check("#origin-1");
    assert.equal(await count(page), "432 of 502 SIMULATED sources");
    assert.match((await page.textContent("#origins"))!, /<img src=x onerror/);
  },

  async "says what else is known and links to archives, which nothing asks before a click"(page) {
    await page.fill("#search", "star055"); // opened by its name, in any case, without the blank
    assert.equal(await page.textContent("#details h2"), "STAR 055");
    assert.match((await page.textContent(".notes"))!, /95 % setSTAR.*origin.*published classAGN/s);
    const links = await page.locator(".links a").evaluateAll((anchors) =>
      anchors.map((a) => [a.textContent, (a as HTMLAnchorElement).href])
    );
    assert.deepEqual(links.map(([name]) => name), [
      ...["SIMBAD", "NED", "CSC 2.1", "CSC 2.0", "ESASky"],
    ]);
    // star 55: 83 + 55/500, -5 + 55/1000
    for (const [, href] of links) assert.match(href!, /^https:.*83\.110000.*-4\.945000/);
  },

  async "hands the catalogue to tools by SAMP, on a click only, and says when no hub answers"(
    page,
  ) {
    const calls: string[] = [];
    let isUp = false;
    await page.route("http://localhost:21012/**", async (route) => {
      const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
      const body = route.request().postData() ?? "";
      if (!isUp) return await route.abort("connectionrefused");
      if (body) calls.push(body);
      const value = body.includes("samp.webhub.register")
        ? "<struct><member><name>samp.private-key</name><value>k</value></member></struct>"
        : "<array><data></data></array>";
      await route.fulfill({
        headers,
        contentType: "text/xml",
        body:
          `<?xml version='1.0'?><methodResponse><params><param><value>${value}</value></param>` +
          "</params></methodResponse>",
      });
    });
    assert.deepEqual(calls, []);
    await page.click("#samp");
    await page.waitForSelector("text=No SAMP hub answers on this machine");
    isUp = true;
    await page.click("#samp");
    await page.waitForSelector("text=Sent catalogue/s.vot");
    await page.waitForTimeout(100);
    const sent = calls.join("\n");
    assert.match(sent, /samp\.webhub\.notifyAll/);
    assert.match(sent, /table\.load\.votable/);
    assert.match(sent, /file:\/\/\/[^<]*\/catalogue\/s\.vot/);
    await page.fill("#search", "STAR 007");
    await page.click("#samp");
    await page.waitForTimeout(200);
    assert.match(calls.at(-1)!, /table\.select\.rowList/);
    assert.match(calls.at(-1)!, /<data>\s*<value>(<string>)?7(<\/string>)?<\/value>\s*<\/data>/);
  },

  async "sorts by a column, and the other way round"(page) {
    await page.click("[role=columnheader].name button");
    assert.equal(await firstName(page), HOSTILE);
    await page.click("[role=columnheader].name button");
    assert.equal(await firstName(page), "STAR 499");
    assert.equal(await page.getAttribute("[role=columnheader].name", "aria-sort"), "descending");
    await page.click("[role=columnheader].ra button");
    assert.equal(await firstName(page), "STAR 000");
  },

  async "keeps few rows in the document and reaches the last by scrolling"(page) {
    assert.ok(await page.locator("#table .line").count() < 60);
    await page.click("[role=columnheader].name button");
    await page.evaluate(() => document.getElementById("table")!.scrollTop = 1e9);
    await page.waitForSelector("text=STAR 499");
  },

  async "shows hostile names as text, everywhere"(page) {
    await page.fill("#search", "onerror");
    assert.equal(await firstName(page), HOSTILE);
    await page.click("#table .line");
    assert.equal(await page.textContent("#details h2"), HOSTILE);
    assert.equal(await page.textContent("#description"), HOSTILE);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.title(), "Test catalogue");
  },

  async "shows eight probabilities and what the features contribute to any class"(page) {
    await page.fill("#search", "STAR 007");
    await page.click("#table .line");
    assert.equal(await page.locator("#details .bars button").count(), 8);
    assert.match((await page.textContent(".verdict"))!, /STAR with probability 0\.899/);
    // stump on G: mean 0.75 * 4 + 0.25 * -1 = 2.75, a bright source adds 1.25
    assert.equal(await page.textContent(".contribution >> nth=0 >> .feature"), "Gaia G");
    assert.equal(await page.textContent(".contribution >> nth=0 >> .value"), "+1.25");
    assert.match((await page.textContent(".contribution >> nth=0 >> .measured"))!, /12 mag/);
    await page.click("[title='Explain AGN']");
    // mean 0.75 * -2 + 0.25 * 3 = -0.75; it gets -2
    assert.equal(await page.textContent(".contribution >> nth=0 >> .value"), "−1.25");
  },

  async "saves the selection with all columns, as CSV and as VOTable"(page) {
    await page.fill("#search", "onerror");
    const csv = await download(page, "#save-csv");
    const [head, ...lines] = csv.trimEnd().split("\n");
    const names = [
      ...SCORED_COLUMNS.map(({ name }) => name),
      "origin",
      "published_class",
      "other_inputs",
    ];
    assert.equal(head, [...new Set([...names, "simulated"])].join(","));
    assert.equal(lines.length, 1);
    assert.ok(lines[0].startsWith(`"${HOSTILE.replaceAll('"', '""')}",200,40,0.`));
    // the probabilities before or after limits are those of a classifier without limits
    const [values] = (await csvRows(csv)).slice(1), names0 = head.split(",");
    assert.equal(values[names0.indexOf("simulated")], "true");
    for (const [i, name] of names0.entries()) {
      const own = /^(cmp_AGN)_/.exec(name)?.[1];
      if (own) assert.equal(values[i], values[names0.indexOf(own)], name);
    }
    const votable = await download(page, "#save-votable");
    assert.match(votable, /<INFO name="simulated" value="true"\/>/);
    assert.match(votable, /<INFO name="selection" value="[^"]*name or origin contains onerror"\/>/);
    assert.match(votable, /<TD>&lt;img src=x onerror=&quot;/);
    assert.equal(votable.match(/<TR>/g)!.length, 1);
  },

  async "works by keyboard: search, move, read, close"(page) {
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement!.id), "search");
    await page.click("[role=columnheader].name button");
    await page.focus("#table");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.textContent("#details h2"), "NOWHERE");
    await page.keyboard.press("End");
    assert.equal(await page.textContent("#details h2"), "STAR 499");
    const active = await page.getAttribute("#table", "aria-activedescendant");
    assert.equal(await page.getAttribute(`#${active}`, "aria-selected"), "true");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement!.tagName), "H2");
    await page.keyboard.press("Escape");
    assert.ok(await page.isHidden("#details"));
    assert.equal(await page.evaluate(() => document.activeElement!.id), "table");
  },

  async "picks the nearest source on the map and searches where it is clicked twice"(page) {
    await page.fill("#search", "onerror");
    await page.click("#table .line");
    await page.click("#close");
    // galactic (76.9, 72.3): left of the middle, high up
    const box = (await page.locator("#map").boundingBox())!;
    const scale = Math.min((box.width - 12) / 4, (box.height - 12) / 2);
    const place = { x: box.width / 2 - 0.3407 * scale, y: box.height / 2 - 0.8328 * scale };
    await page.click("#map", { position: place });
    assert.equal(await page.textContent("#details h2"), HOSTILE);
    await page.click("#close");
    await page.fill("#search", "");
    assert.match((await page.textContent("#where"))!, /^whole sky/);
    await page.dblclick("#map", { position: { x: box.width / 2, y: box.height / 2 } });
    await page.waitForFunction(() => /^field/.test(document.getElementById("where")!.textContent!));
    // the place under the pointer is told as it moves
    await page.mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForFunction(() => /RA /.test(document.getElementById("where")!.textContent!));
    assert.match((await page.textContent("#where"))!, /RA 17:4\d:.* l (0|359)\.\d+° b −?0\.\d+°/);
  },

  async "an object of the shipped lists is found by any name, and the map goes there"(page) {
    for (const name of ["Orion", "orion nebula", "47 Tuc", "NGC3115", "M31"]) {
      await page.fill("#search", name);
      assert.ok(await page.isVisible("#around"), name);
      assert.match((await page.textContent("#where"))!, /^field \d/, name);
    }
    await page.fill("#search", "ngc 3115");
    assert.equal(await page.inputValue("#radius"), String(radiusOf("NGC 3115")));
  },

  async "names the source under the pointer, and never leaves the sky by the wheel"(page) {
    await page.fill("#search", "onerror");
    const box = (await page.locator("#map").boundingBox())!;
    const scale = Math.min((box.width - 12) / 4, (box.height - 12) / 2);
    await page.click("#zoom-all");
    await page.mouse.move(
      box.x + box.width / 2 - 0.3407 * scale,
      box.y + box.height / 2 - 0.8328 * scale,
    );
    assert.equal(await page.textContent("#tip"), HOSTILE);
    // into the empty corner beside the sky, again and again
    await page.mouse.move(box.x + 5, box.y + 5);
    for (let i = 0; i < 30; i++) await page.mouse.wheel(0, -400);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForFunction(() => /RA /.test(document.getElementById("where")!.textContent!));
  },

  async "the address keeps source, filters and view, and Back takes a step back"(page) {
    await page.click("[aria-label='Show only STAR']", { force: true });
    await page.click("#table .line >> nth=3");
    const name = (await page.textContent("#details h2"))!;
    await page.click("#zoom-in");
    await page.waitForFunction(() => location.hash.includes("view="));
    const address = page.url();
    assert.ok(address.includes(`#${encodeURIComponent(name)}?`), address);
    await page.goBack();
    await page.waitForSelector("#details", { state: "hidden" });
    assert.equal(await page.isChecked("#class-0"), false);
    await page.goBack();
    await page.waitForSelector("#class-0:checked");
    await page.goto("about:blank");
    await page.goto(address);
    await page.waitForSelector("body:not(.loading)");
    assert.equal(await page.textContent("#details h2"), name);
    assert.equal(await page.isChecked("#class-0"), false);
    await page.waitForFunction(() => /^field/.test(document.getElementById("where")!.textContent!));
  },

  async "a source of two sets is one row, which says what the other set makes of it"(
    page,
  ) {
    await page.click("summary >> text=About this page");
    assert.ok(await page.isVisible("#once"));
    await page.fill("#search", "STAR 000");
    assert.equal(await count(page), "1 of 502 SIMULATED sources");
    assert.match(
      (await page.textContent(".notes"))!,
      /by other setsSTAR with 0\.612 by second/,
    );
  },

  async "at 1024 px the details cover nothing and every name is whole"(page) {
    await page.setViewportSize({ width: 1024, height: 768 });
    await page.click("#table .line >> nth=1");
    const [details, map, table] = await Promise.all(
      ["#details", "#map", "#table"].map((id) => page.locator(id).boundingBox()),
    );
    assert.ok(
      details!.x + details!.width <= map!.x + 1 && details!.x + details!.width <= table!.x + 1,
    );
    const cut = await page.locator("#table .line .cell.name").evaluateAll((cells) =>
      cells.filter((cell) => cell.scrollWidth > cell.clientWidth && cell.textContent!.length < 22)
        .length
    );
    assert.equal(cut, 0);
    // and no column is, with a distance or without
    await page.click("#close");
    for (const search of ["", "83.4 -4.9"]) {
      await page.fill("#search", search);
      const [width, room] = await page.locator("#table").evaluate(
        (table) => [table.scrollWidth, table.clientWidth],
      );
      assert.ok(width <= room, `"${search}": the table is ${width} px wide of ${room}`);
    }
  },

  async "fits a narrow screen without sideways scrolling"(page) {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.click("#table .line >> nth=1");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `the page is ${wide} px wide`);
    const details = (await page.locator("#details").boundingBox())!;
    assert.ok(details.x >= 0 && details.width <= 360);
    assert.ok(await page.isVisible("#close"));
  },

  async "finds the sources of an origin by its name, and says what names it knows"(page) {
    await page.fill("#search", "Second");
    assert.match((await count(page))!, /^402 of 502/);
    await page.fill("#search", "NGC 3532");
    assert.match((await count(page))!, /^0 of 502/);
    assert.match((await page.textContent("#empty"))!, /open clusters, stars and remnants/);
  },

  async "a radius of many digits is whole in its box"(page) {
    await page.fill("#search", "LMC");
    for (const radius of ["124", "1240.5"]) {
      await page.fill("#radius", radius);
      const [width, room] = await page.locator("#radius").evaluate((box) => {
        const probe = document.createElement("span");
        probe.textContent = (box as HTMLInputElement).value;
        box.parentElement!.append(probe);
        const { width } = probe.getBoundingClientRect();
        probe.remove();
        const { paddingLeft, paddingRight } = getComputedStyle(box);
        return [width, box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)];
      });
      // a browser's own arrows take some 16 px
      assert.ok(width + 16 <= room, `${radius}: ${width} px in ${room}`);
    }
  },

  async "turns dark by its switch, the map too, and stays so when it is opened again"(page) {
    const sky = () =>
      page.evaluate(() => {
        const map = document.getElementById("map") as HTMLCanvasElement;
        const { width, height } = map;
        const pixel = map.getContext("2d")!.getImageData(width / 2, height / 4, 1, 1).data;
        return pixel[0] + pixel[1] + pixel[2];
      });
    const rest = () => page.waitForTimeout(200);
    await rest();
    assert.ok(await sky() > 500, `light: ${await sky()}`);
    await page.click("#theme");
    await rest();
    assert.ok(await sky() < 250, `dark: ${await sky()}`);
    assert.equal(await page.getAttribute("#theme", "aria-pressed"), "true");
    await page.reload();
    await page.waitForSelector("body:not(.loading)");
    await rest();
    assert.ok(await sky() < 250, "opened again");
    await page.click("#theme");
    await rest();
    assert.ok(await sky() > 500, "light again");
  },

  async "is dark where the reader's system is"(page) {
    const ground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const sum = (rgb: string) => rgb.match(/\d+/g)!.slice(0, 3).reduce((a, b) => a + Number(b), 0);
    assert.ok(sum(await ground()) > 600);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.ok(sum(await ground()) < 150);
  },
};
