import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import axe from "axe-core";
import { Buffer } from "node:buffer";
import { PYTHON } from "#tools/setup/python-environment.ts";
import { chromiumPath, launchChromium } from "../chromium.ts";
import { writeAllPages } from "./report/page-fixture.ts";

const PAGES = ["index", "results", "06-notebook", "explorer", "classify"] as const;

/** What somebody does on a page, in words and in deeds; a step fails by throwing. */
type Step = readonly [what: string, act: (page: Page) => Promise<void>];

const text = (page: Page, selector: string) => page.textContent(selector).then((t) => t ?? "");
/** A look that is repeated for five seconds: what a click starts need not be there at once. */
const soon = (look: (page: Page) => Promise<void>) => async (page: Page) => {
  const end = performance.now() + 5000;
  while (true) {
    try {
      return await look(page);
    } catch (error) {
      if (performance.now() > end) throw error;
      await page.waitForTimeout(50);
    }
  }
};
const has = (selector: string, pattern: RegExp) =>
  soon(async (page) => assert.match(await text(page, selector), pattern));
const sees = (selector: string) => async (page: Page) =>
  void await page.waitForSelector(selector, { state: "visible", timeout: 5000 });
const gone = (selector: string) => async (page: Page) =>
  void await page.waitForSelector(selector, { state: "hidden", timeout: 5000 });
const key = (...keys: string[]) => async (page: Page) => {
  for (const one of keys) await page.keyboard.press(one);
};
const click = (selector: string) => (page: Page) => page.click(selector, { timeout: 5000 });
const fill = (selector: string, words: string) => (page: Page) => page.fill(selector, words);
const focused = (selector: string) => async (page: Page) =>
  assert.ok(await page.evaluate((s) => document.activeElement?.matches(s), selector), selector);
const tabTo = (selector: string, most = 60) => async (page: Page) => {
  for (let i = 0; i < most; i++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${selector}`);
};
const below = (selector: string, most: number) => async (page: Page) => {
  const { y, height } = (await page.locator(selector).last().boundingBox())!;
  assert.ok(y + height <= most, `${selector} ends at ${y + height}`);
};
const isDark = (yes: boolean) =>
  soon(async (page: Page) => {
    // the ground is of the body or of the page behind it
    const [r] = await page.evaluate(() => {
      const grounds = [document.body, document.documentElement]
        .map((element) => getComputedStyle(element).backgroundColor);
      return grounds.find((colour) => colour !== "rgba(0, 0, 0, 0)")!.match(/\d+/g)!.map(Number);
    });
    assert.equal(r < 100, yes, `red is ${r}`);
  });
const counts = (number: string) => async (page: Page) => {
  await page.waitForFunction(
    (start) => document.getElementById("count")!.textContent!.startsWith(start),
    `${number} of `,
    { timeout: 5000 },
  );
};
const classified = (sources: number) => async (page: Page) => {
  await page.waitForSelector("body[data-done]", { timeout: 20_000 });
  assert.ok(await page.isHidden("#problem"), await text(page, "#problem"));
  assert.equal(await page.locator("#sources tbody tr").count(), sources);
};
/** Saves a file by a button and looks at its text. */
const downloads = (button: string, pattern: RegExp) => async (page: Page) => {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  assert.match(await Deno.readTextFile(await file.path()), pattern);
};
/** Gives the classifying page a table. */
const gives = (name: string, content: string) => async (page: Page) => {
  await page.evaluate(() => delete document.body.dataset.done);
  const buffer = Buffer.from(content);
  await page.setInputFiles("#file", { name, mimeType: "text/csv", buffer });
  await page.waitForSelector("body[data-done]", { timeout: 20_000 });
};
const turns = (dark: boolean) => async (page: Page) => {
  await page.click("#theme, [data-switch=theme]");
  await isDark(dark)(page);
};
const fits = async (page: Page) => {
  const [width, room] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(width <= room, `the page is ${width} px wide of ${room}`);
};

/** Tables of another observatory, with two positions, off the sky, and with a flux of no name. */
const XMM = "IAUNAME,SC_RA,SC_DEC,SC_EP_8_FLUX\n4XMM J000000.1+000000,0.001,0.0,1e-14\n";
const JOINED = "name_1,ra_1,dec_1,flux_aper_b,ra_2,dec_2,phot_g_mean_mag\n" +
  "a,10.5,-5.25,1e-14,10.6,-5.26,15\n";
const HIGH = "name,ra,dec,flux_b\na,10 00 00,+95 00 00,1e-14\nb,10 00 00,+45 00 00,1e-14\n";
const UNKNOWN_UNIT = "name,ra,dec,my_flux\na,10.5,-5.25,1e-14\nb,10.75,-5.5,2e-14\n";

/** At 1440 x 900, with a mouse. */
const WIDE: Readonly<Record<string, readonly Step[]>> = {
  index: [
    ["says in a band that it is simulated", sees(".band")],
    ["the band stays when one scrolls", async (page) => {
      await page.mouse.wheel(0, 600);
      await below(".band", 60)(page);
    }],
    ["is one screen of 1,600 px", async (page) => {
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      assert.ok(height <= 1600, `${height} px`);
    }],
    ["five numbers", async (page) => assert.equal(await page.locator(".headline li").count(), 5)],
    ["in the first 900 px", async (page) => {
      await page.evaluate(() => scrollTo(0, 0));
      await below(".headline li", 900)(page);
    }],
    [
      "two cards with pictures",
      async (page) => assert.equal(await page.locator(".card svg").count(), 2),
    ],
    ["twelve reports", async (page) => assert.equal(await page.locator(".reports li").count(), 12)],
    ["a word on each file", has(".files li:last-child", /TOPCAT/)],
    ["turns dark by its switch", click("[data-switch=theme]")],
    ["and is dark", isDark(true)],
    ["leads to all results", click("text=All results")],
    ["which stay dark", isDark(true)],
  ],
  results: [
    ["has what to believe", has("#believe + dl", /Believe none/)],
    ["says simulated over every table", async (page) => {
      for (const caption of await page.locator(".csc-caption").allTextContents()) {
        assert.match(caption, /SIMULATED/);
      }
    }],
    ["finds LMXB", fill("#search", "lmxb recall")],
    [
      "and only that",
      async (page) => assert.equal(await page.locator("[data-result]:visible").count(), 1),
    ],
    ["says how many", has("#found", /^1 table/)],
    ["finds nothing", fill("#search", "no such thing")],
    ["and says so", has("#found", /^0 tables/)],
    ["shows all again", fill("#search", "")],
    ["goes to the notebook", click("p.origin a >> nth=0")],
  ],
  "06-notebook": [
    ["says in a band that it is simulated", sees("body > .band")],
    ["has its contents at the side", async (page) => {
      const [side, main] = await Promise.all(
        ["nav.contents", "main"].map((s) => page.locator(s).boundingBox()),
      );
      assert.ok(side!.x + side!.width <= main!.x + 1);
    }],
    ["goes to a section", click("nav.contents a >> nth=2")],
    ["code is folded", gone("details.code pre")],
    ["one switch opens all code", click("[data-switch=code]")],
    ["all of it", async (page) => {
      assert.equal(await page.locator("details.code:not([open])").count(), 0);
    }],
    ["progress is folded to a line", has("details.progress summary", /2 runs/)],
    ["the wide table says that it scrolls", sees(".csc-scroll.scrolls")],
    ["the figure has a name", sees("svg[role=img][aria-label='A figure']")],
    ["previous is there", has("a[rel=prev]", /5\. A question/)],
    ["next too, at the foot", has("nav.turn a:last-child", /7\. A question/)],
    ["turns light by its switch", async (page) => {
      if (await page.getAttribute("[data-switch=theme]", "aria-pressed") === "true") {
        await page.click("[data-switch=theme]");
      }
      await isDark(false)(page);
    }],
  ],
  explorer: [
    ["says in a band that it is simulated", sees("#banner")],
    ["counts sources", has("#count", /^300 of 300 SIMULATED/)],
    ["and tells that count alone when it changes", async (page) => {
      const live = await page.evaluate(() =>
        [...document.querySelectorAll("#view output, #filters output")]
          .filter((output) => output.getAttribute("aria-live") !== "off").map(({ id }) => id)
      );
      assert.deepEqual(live, ["count"]);
    }],
    ["begins with the rare class", has("#table .line >> nth=0 >> .class", /AGN/)],
    ["finds a source without its blank", fill("#search", "star017")],
    ["opens it", has("#details h2", /STAR 017/)],
    ["and the map is there", has("#where", /^field/)],
    ["finds an object", fill("#search", "Orion")],
    ["asks within what radius", sees("#around")],
    ["by Messier's number too", fill("#search", "M 42")],
    ["the map is there", has("#where", /^field/)],
    ["says of another name", fill("#search", "NGC 3532")],
    ["which names it knows", has("#empty", /open clusters, stars and remnants they do not know/)],
    ["finds a position", fill("#search", "83.1 -4.95")],
    ["sorted by distance", sees("[role=columnheader].distance[aria-sort=ascending]")],
    ["says what a wrong position lacks", fill("#search", "83.1 -95")],
    ["at its box", has("#search-error", /beyond ±90°/)],
    ["clears", click("text=Clear filters")],
    ["all again", counts("300")],
    ["names the source under the pointer", async (page) => {
      await page.fill("#search", "STAR 100");
      const { x, y, width, height } = (await page.locator("#map").boundingBox())!;
      await page.mouse.move(x + width / 2, y + height / 2);
      await has("#tip", /STAR 100/)(page);
    }],
    ["says field and position", has("#where", /^field .* RA .* l /)],
    ["saves it with all columns", downloads("#save-csv", /set95_promise.*\nSTAR 100,/s)],
    ["as VOTable", downloads("#save-votable", /<TD>STAR 100<\/TD>/)],
    ["copies the link", async (page) => {
      await page.click("#copy");
      await has("#copy", /Link copied|Copy it from the address bar/)(page);
      assert.match(page.url(), /#STAR%20100/);
    }],
    ["clears again", click("text=Clear filters")],
    ["turns dark by its switch", turns(true)],
    ["and light", turns(false)],
    ["names what each feature adds", click("#details .bars button >> nth=1")],
    ["in words", has("#details", /magnitude|flux/)],
    ["closes the details", click("#close")],
    ["which are gone", gone("#details")],
    ["only the sure ones", click("[data-lowest='0.9']")],
    ["fewer", async (page) => assert.doesNotMatch(await text(page, "#count"), /^300 of/)],
    ["whose button is the one pressed", sees("[data-lowest='0.9'][aria-pressed=true]")],
    ["of any certainty", click("[data-lowest='0']")],
    ["and that is it now", sees("[data-lowest='0'][aria-pressed=true]")],
    ["a class is told with its count", async (page) => {
      const id = await page.getAttribute("#class-0", "aria-describedby");
      assert.match(await text(page, `#${id}`), /^\d+$/);
    }],
    ["again all", counts("300")],
    ["sorts by a whole header", async (page) => {
      const box = (await page.locator("[role=columnheader].class").boundingBox())!;
      await page.mouse.click(box.x + box.width - 14, box.y + box.height / 2);
      assert.notEqual(
        await page.getAttribute("[role=columnheader].class", "aria-sort"),
        "none",
      );
    }],
    ["shows one class only", (page) => page.click("[aria-label='Show only AGN']", { force: true })],
    ["five of them", has("#count", /^5 of 300/)],
    ["goes back", async (page) => void await page.goBack()],
    ["to all", async (page) => {
      await page.waitForFunction(() =>
        document.getElementById("count")!.textContent!.startsWith("300")
      );
    }],
  ],
  classify: [
    ["says in a band that it is simulated", sees("#banner")],
    ["says whose bands", has("header", /Trained on Chandra's bands/)],
    ["lists the columns that it knows", async (page) => {
      await page.click("text=Which columns it knows");
      await has("#known", /flux_bX-ray flux 0\.5–7 keV/)(page);
    }],
    ["and what comes out", async (page) => {
      await page.click("text=What comes out");
      await has("#comes-out", /set95/)(page);
    }],
    ["tries the examples", click("#examples")],
    ["classifies them", classified(20)],
    ["shows classes in colour", sees("#sources .tag")],
    ["and probabilities as bars", sees("#sources .stack")],
    ["sorts by probability", click("#sources th button >> nth=2")],
    [
      "from the highest",
      async (page) =>
        assert.equal(await page.getAttribute("#sources th >> nth=2", "aria-sort"), "descending"),
    ],
    ["opens one at the side", click("#sources tbody tr >> nth=3")],
    ["beside the table", async (page) => {
      const [table, details] = await Promise.all(
        ["#beside .wide", "#details"].map((s) => page.locator(s).boundingBox()),
      );
      assert.ok(details!.x >= table!.x + table!.width);
    }],
    ["in words", async (page) => assert.doesNotMatch(await text(page, "#details"), /flux_b|log_x/)],
    ["finds one by name", fill("#find", "STAR 003")],
    ["that one", async (page) => assert.equal(await page.locator("#sources tbody tr").count(), 1)],
    ["shows all again", fill("#find", "")],
    ["saves what it made", downloads("#save-csv", /^name,ra,dec,.*\nSTAR \d/s)],
    ["as VOTable", downloads("#save-votable", /<INFO name="simulated" value="true"\/>/)],
    ["turns dark by its switch", turns(true)],
    ["and light", turns(false)],
    ["refuses XMM-Newton's bands", gives("4xmm.csv", XMM)],
    ["with the reason", has("#asked", /XMM-Newton's, whose bands are others/)],
    ["asks which of two positions", gives("joined.csv", JOINED)],
    ["whole ones", async (page) => {
      const ways = await page.locator("#asked option").allTextContents();
      assert.deepEqual(ways, ["ra_1 is ra; dec_1 is dec", "ra_2 is ra; dec_2 is dec"]);
    }],
    ["leaves out an angle that is none", gives("high.csv", HIGH)],
    ["and says why", has("#rejects", /\+95 00 00no such angle: .*declination to 90/)],
    ["asks what it cannot know", gives("mine.csv", UNKNOWN_UNIT)],
    ["by a drop-down that is in sight", async (page) => {
      const { x, width } = (await page.locator("#asked select").boundingBox())!;
      assert.ok(x + width <= 1440, `it ends at ${x + width}`);
    }],
    ["of Chandra's bands", has("#asked select", /my_flux is X-ray flux 2–7 keV/)],
    ["goes on so", async (page) => {
      await page.selectOption("#asked select", { label: "my_flux is X-ray flux 2–7 keV" });
      await page.evaluate(() => delete document.body.dataset.done);
      await page.click("#settle");
    }],
    ["and classifies it", classified(2)],
    ["says how it understood the table", has("#columns", /my_fluxflux_h/)],
  ],
};

/** With the keyboard alone. */
const KEYS: Readonly<Record<string, readonly Step[]>> = {
  index: [
    ["Tab reaches the card", tabTo(".card")],
    ["Enter opens the explorer", key("Enter")],
    ["it is there", sees("#map")],
    ["Tab reaches the way back", tabTo("a[href='index.html']")],
    ["Enter goes it", async (page) => {
      await page.keyboard.press("Enter");
      await page.waitForSelector(".reports");
    }],
    ["Tab reaches a report", tabTo(".reports a", 80)],
  ],
  results: [
    ["Tab reaches the search", tabTo("#search")],
    ["types", (page) => page.keyboard.type("lmxb recall")],
    ["one table is left", has("#found", /^1 table/)],
    ["Tab reaches its notebook", tabTo("p.origin a")],
  ],
  "06-notebook": [
    ["the first Tab is at a way to the report", key("Tab")],
    ["in sight", focused(".skip")],
    ["Enter goes there", key("Enter")],
    ["past all links above it", key("Tab")],
    ["into the report", focused("main *")],
    ["from the start", async (page) => void await page.reload()],
    ["Tab reaches the contents", tabTo("nav.contents a")],
    ["Tab reaches the wide table", tabTo(".csc-scroll")],
    ["which scrolls by arrows", async (page) => {
      await key("ArrowRight", "ArrowRight", "ArrowRight")(page);
      await page.waitForFunction(() => document.querySelector(".csc-scroll")!.scrollLeft > 0);
    }],
  ],
  explorer: [
    ["with a search in its address", async (page) => {
      await page.evaluate(() => location.hash = "#?q=STAR%20017");
      await has("#count", /^1 of 300/)(page);
    }],
    ["Tab reaches the way to the table", tabTo(".skip")],
    ["Enter goes it", key("Enter")],
    ["there", focused("#table")],
    ["and the search is as it was", has("#count", /^1 of 300/)],
    ["the arrow opens the source", key("ArrowDown")],
    ["there", sees("#details h2")],
    ["Tab reaches its button", tabTo("#close")],
    ["which closes it", key("Enter")],
    ["back at the table", focused("#table")],
    ["the search is emptied", fill("#search", "")],
    ["all again", counts("300")],
    ["from the map on", async (page) => await page.focus("#map")],
    ["/ goes to the search", key("/")],
    ["it has the focus", focused("#search")],
    ["types a name", (page) => page.keyboard.type("STAR 004")],
    ["opened", has("#details h2", /STAR 004/)],
    ["Escape closes", key("Escape")],
    ["closed", gone("#details")],
    ["Tab reaches the table", tabTo("#table")],
    ["the arrow opens", key("ArrowDown")],
    ["Enter reads the details", key("Enter")],
    ["at their head", focused("#details h2")],
    ["Escape closes them", key("Escape")],
    ["Shift and Tab lead to the map", async (page) => {
      for (let i = 0; i < 40; i++) {
        if (await page.evaluate(() => document.activeElement?.id === "map")) return;
        await page.keyboard.press("Shift+Tab");
      }
      assert.fail("the map is not reached");
    }],
    ["plus zooms", key("+", "+", "+")],
    ["to a field", async (page) => {
      await page.waitForFunction(() =>
        /^field/.test(document.getElementById("where")!.textContent!)
      );
    }],
    ["0 shows all", key("0")],
    ["the whole sky", async (page) => {
      await page.waitForFunction(() =>
        /^whole sky/.test(document.getElementById("where")!.textContent!)
      );
    }],
    ["Tab reaches a class", tabTo("#class-1", 90)],
    ["the space bar leaves it out", key(" ")],
    ["five are left", counts("5")],
    ["Tab reaches the switch to dark", tabTo("#theme", 120)],
    ["Enter turns it", key("Enter")],
    ["dark", isDark(true)],
    ["and back", key("Enter")],
  ],
  classify: [
    ["Tab reaches the choice of a file", tabTo("#file")],
    ["then the examples", key("Tab")],
    ["at once", focused("#examples")],
    ["Enter classifies", key("Enter")],
    ["done", sees("#sources tbody tr")],
    ["Tab reaches a source", tabTo("#sources tbody button")],
    ["Enter opens it", key("Enter")],
    ["at its head", focused("#details h2")],
    ["the row says so", sees("#sources tbody th[scope=row] button[aria-expanded=true]")],
    ["Escape closes it", key("Escape")],
    ["gone", gone("#details")],
    ["back at the source", focused("#sources tbody button[aria-expanded=false]")],
    ["the space bar opens it, too", key(" ")],
    ["there", focused("#details h2")],
    ["Shift and Tab reach its button", key("Shift+Tab")],
    ["to close", focused("#close")],
    ["Enter presses it", key("Enter")],
    ["back again", focused("#sources tbody button")],
  ],
};

/** At 390 x 844, a telephone. */
const NARROW: Readonly<Record<string, readonly Step[]>> = {
  index: [["fits", fits], ["cards lie one below the other", async (page) => {
    const boxes = await page.locator(".card").all().then((cards) =>
      Promise.all(cards.map((card) => card.boundingBox()))
    );
    assert.ok(boxes[1]!.y >= boxes[0]!.y + boxes[0]!.height);
  }]],
  results: [["fits", fits]],
  "06-notebook": [["fits", fits], ["contents are folded", gone("nav.contents li")]],
  explorer: [
    ["fits", fits],
    ["filters come after the map", async (page) => {
      const [map, filters] = await Promise.all(
        ["#map", "#filters"].map((s) => page.locator(s).boundingBox()),
      );
      assert.ok(filters!.y >= map!.y + map!.height);
    }],
    ["two fingers zoom the map", async (page) => {
      const { x, y, width, height } = (await page.locator("#map").boundingBox())!;
      const session = await page.context().newCDPSession(page);
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart?: number) =>
        session.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: apart === undefined ? [] : [-1, 1].map((side, id) => (
            { x: x + width / 2 + side * apart, y: y + height / 2, id }
          )),
        });
      await has("#where", /^whole sky/)(page);
      await touch("touchStart", 20);
      for (const apart of [30, 45, 60, 80]) await touch("touchMove", apart);
      await touch("touchEnd");
      await page.waitForFunction(() =>
        /^field/.test(document.getElementById("where")!.textContent!)
      );
    }],
    ["opens a source", click("#table .line >> nth=1")],
    ["which fits", fits],
    ["and closes it", click("#close")],
    ["finds a source", fill("#search", "STAR 017")],
    ["opens it", has("#details h2", /STAR 017/)],
    ["still fits", fits],
  ],
  classify: [
    ["fits", fits],
    ["tries the examples", click("#examples")],
    ["classifies them", classified(20)],
    ["which fit", fits],
    ["opens one", click("#sources tbody tr >> nth=2")],
    ["above the table", sees("#details h2")],
    ["and all fits", fits],
  ],
};

/** At 1024 x 768, where the reader's system is dark. */
const DARK: Readonly<Record<string, readonly Step[]>> = {
  index: [["is dark", isDark(true)], ["turns light by its switch", turns(false)]],
  results: [["stays light, as one chose", isDark(false)], ["turns dark again", turns(true)]],
  "06-notebook": [["is dark", isDark(true)], ["opens its code", click("[data-switch=code]")]],
  explorer: [
    ["is dark", isDark(true)],
    ["opens a source", click("#table .line >> nth=1")],
    ["beside the table", sees("#details h2")],
  ],
  classify: [
    ["is dark", isDark(true)],
    ["tries the examples", click("#examples")],
    ["classifies them", classified(20)],
    ["opens one", click("#sources tbody tr >> nth=2")],
    ["in full", sees("#details h2")],
  ],
};

const MODES = [
  { name: "wide", size: { width: 1440, height: 900 }, scheme: "light", steps: WIDE },
  { name: "keyboard", size: { width: 1440, height: 900 }, scheme: "light", steps: KEYS },
  { name: "narrow", size: { width: 390, height: 844 }, scheme: "light", steps: NARROW },
  { name: "dark", size: { width: 1024, height: 768 }, scheme: "dark", steps: DARK },
] as const;

const isSetUp = await Deno.stat(PYTHON).then(() => true, () => false);
const ignore = !chromiumPath && (console.log("skipped: there is no chromium on PATH"), true) ||
  !isSetUp && (console.log("skipped: the set-up has not been run"), true);

Deno.test({
  name:
    "every page, walked through: mouse, keyboard, telephone, dark; no fault of access, no error",
  ignore,
  async fn(t) {
    const folder = await Deno.makeTempDir(), browser = await launchChromium();
    let walked = 0;
    try {
      await writeAllPages(folder);
      for (const { name, size, scheme, steps } of MODES) {
        const context = await browser.newContext({
          ...{ viewport: size, colorScheme: scheme, bypassCSP: true },
          hasTouch: name === "narrow",
        });
        for (const page of PAGES) {
          await t.step(`${name}: ${page}`, async () => {
            const tab = await context.newPage(), problems: string[] = [];
            tab.on("pageerror", (error) => problems.push(error.message));
            tab.on("console", (said) => said.type() === "error" && problems.push(said.text()));
            await tab.goto(`file://${folder}/${page}.html`);
            await tab.waitForSelector("body:not(.loading)");
            problems.push(...await faults(tab));
            for (const [what, act] of (steps as Record<string, readonly Step[]>)[page] ?? []) {
              try {
                await act(tab);
              } catch (error) {
                throw new Error(`${name}, ${page}: ${what}: ${(error as Error).message}`);
              }
              walked++;
            }
            // once more with what the steps have opened
            problems.push(...await faults(tab));
            await tab.close();
            assert.deepEqual(problems, []);
          });
        }
        await context.close();
      }
      assert.ok(walked >= 150, `${walked} steps`);
      console.log(`${walked} steps`);
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Serious and critical faults that axe-core finds: rule and the first element of each. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate("axe.run()") as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return found.violations.filter(({ impact }) => /serious|critical/.test(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.length} x ${nodes[0].html.slice(0, 200)}`);
}
