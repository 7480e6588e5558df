// The console in a real browser, against the real binary: the stories in order, then every page in both themes.
// With SYNCLINE_SCREENSHOTS=FOLDER the pages are pictured there.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADOPT } from "./adopt.mjs";
import { Browser, CAN_RUN as HAS_BROWSER } from "./browser.mjs";
import { assert } from "./check.mjs";
import { ENDED } from "./ended.mjs";
import { FIRST_RUN } from "./first_run.mjs";
import { MAKING } from "./making.mjs";
import { PAGES, visitPages } from "./pages.mjs";
import { CAN_RUN as HAS_DATABASE, seed, Server } from "./server.mjs";
import { LARGE } from "./large.mjs";
import { STORIES } from "./stories.mjs";
import { TROUBLE } from "./trouble.mjs";

const SKIPPED = 77; // what CMake takes for a skipped test
if (!HAS_BROWSER || !HAS_DATABASE) {
  console.log(
    "skipped: it takes Chromium, console/node_modules and a database; ./dev setup and ./dev test bring them",
  );
  process.exit(SKIPPED);
}

/** Tells the stories, one after the other; gives how many failed. */
async function tell(stories, world) {
  let failures = 0;
  for (const [name, story] of Object.entries(stories)) {
    const started = Date.now();
    try {
      await story(world);
      console.log(`ok    ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      failures += 1;
      console.log(`FAIL  ${name}: ${error.stack}`);
      if (!world.page) continue;
      const picture = join(tmpdir(), `syncline-console-failed-${failures}.png`);
      await world.page.screenshot({ path: picture });
      console.log(`      at ${world.page.url()}, pictured in ${picture}`);
    }
  }
  return failures;
}

const server = new Server();
let browser;
let failed = 0;
try {
  await server.start();
  const made = await seed(server);
  browser = new Browser(server.url);
  await browser.open();
  const world = { server, browser, made };
  failed += await tell(STORIES, world);
  // The troubles wait for much; the first run has a server and a browser of its own.
  const firstRun = tell(FIRST_RUN, {});
  failed += await tell(TROUBLE, world);
  failed += await firstRun;
  if (process.argv[2] !== "stories") {
    const started = Date.now();
    const findings = await visitPages(world);
    for (const finding of findings) console.log(`FAIL  ${finding}`);
    failed += findings.length;
    const took = Date.now() - started;
    const looks = `${PAGES.length} pages, 2 themes and a narrow screen`;
    console.log(`axe: ${looks}, ${findings.length} findings (${took} ms)`);
  }
  failed += await tell({ ...ADOPT, ...MAKING, ...LARGE, ...ENDED }, world);
  assert.deepEqual(browser.reports, [], "the Content-Security-Policy was broken");
  assert.deepEqual(browser.errors, [], "a script failed");
  assert.deepEqual(browser.dialogs, [], "a page opened a dialog");
  console.log(`policy reports: ${browser.reports.length}, dialogs: ${browser.dialogs.length}`);
} catch (error) {
  failed += 1;
  console.log(error.stack);
} finally {
  await browser?.close();
  await server.stop();
}
process.exit(failed > 0 ? 1 : 0);
