// The stories of the console, in the order in which they happen. Each leaves the world to the next.
import { assert, ask, onSlowServer, press, sees } from "./check.mjs";
import { needs, serves } from "./api.mjs";
import { APPROVER, HOSTILE, OWNER, PASSWORD, VIEWER } from "./server.mjs";

const PLAN_FIELDS = ["/api/tenant/sync/plans/{id}/graph"];
const RELEASES = ["/api/tenant/sync/releases"];
const ROLLBACK_PLAN = "/api/tenant/sync/runs/{id}/rollback/plan";
const SYNC = "/t/acme-dev/settings/sync";

/** From the plan on the screen to its report. */
async function promote(page, { typed } = {}) {
  const looked = page.getByLabel("I have looked at the preflight");
  if (await looked.count()) await looked.check();
  await page.getByRole("button", { name: /^Sync \d+ change/ }).click();
  const dialog = page.getByRole("dialog");
  if (typed) {
    assert.equal(
      await dialog.getByRole("button", { name: /^Promote/ }).isDisabled(),
      true,
      "a name has to be typed",
    );
    await dialog.getByLabel(`Type ${typed} to go on`).fill(typed);
  }
  await dialog.getByRole("button", { name: /^Promote/ }).click();
  await sees(page, "What was done");
}

async function plan(page, target) {
  await page.goto(`${SYNC}?target=${target}`);
  await page.waitForURL(/plan=/);
  await page.getByRole("group", { name: "Show only" }).waitFor();
}

const figure = async (page, word) => {
  const text = await page
    .getByRole("group", { name: "Show only" })
    .getByRole("button", { name: word })
    .innerText();
  return Number(text.replace(/\D+/g, ""));
};

async function modelInStaging(server) {
  const [billing] = (await server.call("acme-staging", "GET", "/api/agents?q=Billing")).items;
  return (await server.call("acme-staging", "GET", `/api/agents/${billing.id}`)).body.model;
}

export const STORIES = {
  async "wrong password, then the first sign-in"(world) {
    const page = (world.page = await world.browser.page());
    await page.goto("/");
    await page.waitForURL("**/sign-in");
    await page.getByLabel("Tenant").fill("acme-dev");
    await page.getByLabel("E-mail").fill(OWNER);
    await page.getByRole("textbox", { name: "Password" }).fill("not it");
    await press(page, "Sign in");
    await page.getByRole("alert").waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await press(page, "Sign in");
    await page.waitForURL("**/t/acme-dev");
    await sees(page, "Acme development");
  },

  async "an agent is marked syncable by its switch"({ page, made }) {
    await page.goto("/t/acme-dev/resources/agents");
    const toggle = page.getByRole("switch", { name: "Syncable: Support supervisor" });
    await toggle.press("Space");
    await sees(page, "1 agent marked syncable.");
    assert.equal((await ask(page, "acme-dev", `/api/agents/${made.supervisor}`)).syncable, true);
  },

  async "filters are in the address, and survive a reload"({ page }) {
    await page.goto("/t/acme-dev/resources/agents");
    await page.getByLabel("Filter Agents").fill("bill");
    await page.waitForURL(/q=bill/);
    await page.reload();
    await sees(page, "Billing");
    assert.equal(await page.getByText("Support supervisor").count(), 0);
  },

  async "Settings, Sync, staging: the plan says why each is in it"({ page }) {
    await page.goto("/t/acme-dev/settings/general");
    await page.getByRole("tab", { name: "Sync" }).click();
    await page.getByRole("button", { name: "Acme staging" }).click();
    await page.waitForURL(/plan=/);
    await sees(page, "needed by Support supervisor");
    assert.equal(await figure(page, "create"), 9);
    await sees(page, HOSTILE);
  },

  async "a variable that the target lacks is set in the preflight"({ page }) {
    await sees(page, "is not set in acme-staging");
    await page.getByLabel("Value of CRM_TOKEN in acme-staging").fill("staging-token");
    await press(page, "Set now");
    await sees(page, "CRM_TOKEN is set in acme-staging.");
    await sees(page, "nothing stands in the way");
  },

  async "syncing gives a report with the same figures"(world) {
    const { page } = world;
    await promote(page);
    world.run = new URL(page.url()).searchParams.get("run");
    const report = await ask(page, "acme-dev", `/api/tenant/sync/runs/${world.run}`);
    assert.equal(report.summary.created, 9);
    world.copy = report.items.find((item) => item.name === "Support supervisor").targetId;
    await sees(page, "succeeded");
  },

  async "nothing to do says so"({ page }) {
    await plan(page, "acme-staging");
    await sees(page, "Nothing to do");
    await sees(page, "acme-staging matches acme-dev");
  },

  async "an edit shows in the plan, and nothing else does"({ page, made }) {
    await page.goto(`/t/acme-dev/resources/agents/${made.billing}`);
    await onSlowServer(page, async () => {
      await page.getByLabel("Model").fill("gpt-5");
      await press(page, "Save");
      await sees(page, "Billing is saved.");
    });
    await plan(page, "acme-staging");
    assert.equal(await figure(page, "update"), 1);
    await page.getByRole("region", { name: "Billing" }).waitFor();
  },

  "the edit is shown as just that field, before and after": needs(PLAN_FIELDS, async ({ page }) => {
    const detail = page.getByRole("region", { name: "Billing" });
    await detail.getByText("gpt-5").first().waitFor();
    assert.equal(await detail.getByText("gpt-4o").count(), 1);
    assert.equal(await detail.getByText("prompt").count(), 0);
  }),

  async "a plan that is out of date applies nothing and says what moved"({ page, server, made }) {
    await server.call("acme-dev", "PATCH", `/api/tools/${made.search}`, {
      description: "Looks in the knowledge base",
    });
    await page.getByRole("button", { name: /^Sync \d+ change/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Promote/ })
      .click();
    await sees(page, "Something in this plan moved since it was made");
    await page.getByRole("listitem").filter({ hasText: "search_knowledge" }).waitFor();
    await page.getByRole("alert").getByRole("button", { name: "Plan again" }).click();
    await page.getByRole("group", { name: "Show only" }).getByRole("button", { name: "2 update" }).waitFor();
  },

  "one is left out, and taken back in": needs(PLAN_FIELDS, async ({ page }) => {
    const chips = page.getByRole("group", { name: "Show only" });
    await page.getByRole("button", { name: /search_knowledge/ }).click();
    await press(page, "Leave out of this plan");
    await chips.getByRole("button", { name: "1 update" }).waitFor();
    await press(page, "Take all back in");
    await chips.getByRole("button", { name: "2 update" }).waitFor();
  }),

  async "the new plan is synced"(world) {
    const { page, server } = world;
    await promote(page);
    world.second = new URL(page.url()).searchParams.get("run");
    assert.equal(await modelInStaging(server), "gpt-5");
  },

  async "an edit in the target is drift, seen three ways and kept as an override"({ page, server, copy }) {
    await server.call("acme-staging", "PATCH", `/api/agents/${copy}`, {
      body: { ...(await server.call("acme-staging", "GET", `/api/agents/${copy}`)).body, model: "gpt-staging" },
    });
    await page.goto("/t/acme-staging/drift");
    const detail = page.getByRole("region", { name: "Support supervisor" });
    await detail.getByText("gpt-staging").first().waitFor();
    await sees(page, "changed here");
    await detail.getByRole("button", { name: "Keep mine" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Keep as an override" }).click();
    await sees(page, "All copies match");
    const kept = await server.call("acme-staging", "GET", `/api/agents/${copy}`);
    assert.equal(kept.body.model, "gpt-staging");
    assert.deepEqual(kept.override.patch, { model: "gpt-staging" });
  },

  async "a run is undone from its report"(world) {
    const { page, server, second } = world;
    await page.goto(`/t/acme-dev/runs/${second}`);
    await press(page, "Roll back…");
    await page.getByRole("button", { name: /^Undo \d+ change/ }).click();
    if (serves(ROLLBACK_PLAN))
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^Undo in/ })
        .click();
    await sees(page, "What was done");
    assert.equal(await modelInStaging(server), "gpt-4o");
  },

  "a release goes to production when a second person agrees": needs(
    [...RELEASES, "/api/tenant/approvals"],
    async (world) => {
      const { page, browser } = world;
      await page.goto("/t/acme-prod/settings/policy");
      await page.getByText("Always", { exact: true }).click();
      await press(page, "Save the policy");
      await sees(page, "The policy holds from the next sync on.");

      await page.goto("/t/acme-dev/releases");
      await page.getByRole("button", { name: "New release" }).first().click();
      await page.getByRole("dialog").getByLabel("Name").fill("2026-11");
      await press(page, "Create the release");
      await page.waitForURL(/releases\/.+/);
      world.release = page.url().split("/").at(-1);
      await press(page, "Promote to…");
      await page.getByRole("menuitem", { name: /Acme production/ }).click();
      await page.waitForURL(/plan=/);
      const id = new URL(page.url()).searchParams.get("plan");
      await sees(page, "It waits for its approval.");
      assert.equal(await page.getByRole("button", { name: /^Sync \d+ change/ }).isDisabled(), true);
      await sees(page, "You made this plan, so somebody else must approve it.");

      const second = await browser.signedIn(APPROVER, "acme-prod");
      await second.goto("/t/acme-prod/approvals");
      await second.getByRole("link", { name: "acme-dev → acme-prod" }).click();
      await second.waitForURL(`**/plans/${id}`);
      await second.getByLabel("Comment").fill("Looked at it.");
      await press(second, "Approve");
      await sees(second, "Looked at it.");
      await second.context().close();

      await sees(page, "approved");
      await promote(page, { typed: "acme-prod" });
      await sees(page, "2026-11");
    },
  ),

  async "a viewer may look, and is told why not more"({ browser, made }) {
    const page = await browser.signedIn(VIEWER, "acme-dev");
    await page.goto("/t/acme-dev/settings/sync");
    await sees(page, "a sync needs Admin or Owner there");
    assert.equal(await page.getByRole("button", { name: /Acme staging/ }).isDisabled(), true);
    await page.goto("/t/acme-dev/settings/sync?target=acme-staging");
    await sees(page, "Your role does not allow this");
    await page.goto(`/t/acme-dev/resources/agents/${made.billing}`);
    await page.getByLabel("Model").waitFor();
    assert.equal(await page.getByRole("button", { name: "Save" }).count(), 0);
    await page.goto("/t/nobody/resources/agents");
    await sees(page, "Not here");
    await page.context().close();
  },

  "a frozen target says until when": needs(["/api/tenant/approvals"], async ({ page, server }) => {
    const day = 86_400_000;
    const at = (ms) => new Date(Date.now() + ms).toISOString();
    await server.call("acme-staging", "PATCH", "/api/tenant", {
      syncPolicy: { freezeWindows: [{ name: "Year end", start: at(-day), end: at(day) }] },
    });
    await plan(page, "acme-staging");
    await sees(page, "The target takes nothing before");
    await server.call("acme-staging", "PATCH", "/api/tenant", { syncPolicy: { freezeWindows: [] } });
  }),

  async "busy, failed, cancelled and unreachable each say so"({ page, server, made }) {
    await server.call("acme-dev", "PATCH", `/api/agents/${made.billing}`, {
      description: "Invoices and refunds",
    });
    const answer = (status, body) => (route) =>
      route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify(body) });
    const problem = (code, detail) => ({
      code,
      detail,
      status: 409,
      title: "Conflict",
      requestId: "a-request",
    });
    const start = async () => {
      await plan(page, "acme-staging");
      await page.getByRole("button", { name: /^Sync \d+ change/ }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^Promote/ })
        .click();
    };

    await page.route(
      "**/api/tenant/sync/acme-staging",
      answer(503, problem("database_busy", "The database is busy. Try again.")),
    );
    await start();
    await sees(page, "The target is busy");
    await sees(page, "See who runs");
    await sees(page, "Request a-request");
    await page.unroute("**/api/tenant/sync/acme-staging");

    const run = {
      runId: "01a21000-0000-7000-8000-000000000001",
      kind: "sync",
      source: "acme-dev",
      target: "acme-staging",
      steps: ["tools", "agents"],
      startedBy: { id: "1", email: OWNER },
      startedAt: new Date().toISOString(),
      finishedAt: new Date().toISOString(),
      summary: null,
      progress: { step: "agents", done: 3, total: 9, steps: [] },
    };
    const ended = {
      ...run,
      status: "failed",
      problem: { ...problem("storage_failed", "The disk is full."), status: 507 },
    };
    await page.route(`**/api/tenant/sync/runs/${run.runId}`, answer(200, ended));
    await page.goto(`${SYNC}?target=acme-staging&run=${run.runId}`);
    await sees(page, "The disk is full.");
    await sees(page, "It stopped at agents. Nothing was applied");
    await page.unroute(`**/api/tenant/sync/runs/${run.runId}`);
    await page.route(`**/api/tenant/sync/runs/${run.runId}`, answer(200, { ...run, status: "cancelled" }));
    await page.reload();
    await sees(page, "Cancelled");
    await page.unroute(`**/api/tenant/sync/runs/${run.runId}`);

    await page.route("**/api/tenant/sync/runs?**", (route) => route.abort());
    await page.goto("/t/acme-dev/runs");
    await sees(page, "No connection");
    await page.unroute("**/api/tenant/sync/runs?**");
    await press(page, "Try again");
    await sees(page, "acme-dev → acme-staging");
  },

  async "files are dropped and uploaded"({ page, server, made }) {
    await page.goto(`/t/acme-dev/resources/documents/${made.handbook}`);
    await page.locator("input[type=file]").setInputFiles({
      name: "handbook.txt",
      mimeType: "text/plain",
      buffer: Buffer.alloc(300_000, "x"),
    });
    await sees(page, "handbook.txt is uploaded.");
    await sees(page, "300 KB");
    assert.equal(
      (await server.call("acme-dev", "GET", `/api/documents/${made.handbook}`)).content.size,
      300_000,
    );
  },

  async "credentials go in and never come out"({ page, made }) {
    await page.goto(`/t/acme-dev/resources/connections/${made.crm}?tab=credentials`);
    await page.getByLabel("Field").fill("password");
    await page.getByRole("textbox", { name: "Value" }).fill("canary-of-the-console");
    await press(page, "Set");
    await sees(page, "password is set.");
    await page.reload();
    await sees(page, "set, hidden");
    assert.equal((await page.content()).includes("canary-of-the-console"), false);
    assert.equal(
      (await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).includes("canary"),
      false,
    );
  },

  async "publishing, and the difference of two versions"({ page, made }) {
    await page.goto(`/t/acme-dev/resources/agents/${made.supervisor}`);
    await page.getByLabel("Model").fill("gpt-5");
    await press(page, "Save");
    await press(page, "Publish");
    await page.getByRole("dialog").getByLabel("Note").fill("the newest");
    await press(page, "Publish version 3");
    await sees(page, "is published as version 3");
    await page.getByRole("tab", { name: "Versions" }).click();
    await sees(page, "From version 2 to version 3");
    await page.locator("mark", { hasText: "5" }).first().waitFor();
  },

  async "deleting names who would be left dangling"({ page, server, made }) {
    await page.goto(`/t/acme-dev/resources/tools/${made.ticket}`);
    await press(page, "More");
    await page.getByRole("menuitem", { name: "Delete this tool" }).click();
    await page.getByRole("dialog").getByText("Billing").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    assert.ok(await server.call("acme-dev", "GET", `/api/tools/${made.ticket}`));
  },

  async "what is deleted leaves to its list, also on a slow server"({ page, server }) {
    const spare = await server.create("acme-dev", "tools", "spare", { type: "http", path: "/spare" });
    await page.goto(`/t/acme-dev/resources/tools/${spare}`);
    await onSlowServer(page, async () => {
      await press(page, "More");
      await page.getByRole("menuitem", { name: "Delete this tool" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
      await page.waitForURL(/resources\/tools$/);
      await sees(page, "spare is deleted.");
    });
  },

  async "someone else's change is not overwritten unseen"({ page, server, made }) {
    await page.goto(`/t/acme-dev/resources/tools/${made.search}`);
    const description = page.getByLabel("Description");
    await description.fill("mine");
    await server.call("acme-dev", "PATCH", `/api/tools/${made.search}`, { description: "theirs" });
    await press(page, "Save");
    await sees(page, "Someone changed this meanwhile");
    assert.equal((await server.call("acme-dev", "GET", `/api/tools/${made.search}`)).description, "theirs");
  },

  async "keys lead everywhere"({ page }) {
    await page.goto("/t/acme-dev");
    await sees(page, "Last runs");
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL("**/settings/sync");
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Search" }).fill("create_tick");
    await page.getByText("create_ticket").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/resources\/tools\//);
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Keyboard shortcuts").waitFor();
    await page.keyboard.press("Escape");
  },

  async "a session that ends leads back to where one was"({ browser, made }) {
    const page = await browser.signedIn(OWNER, "acme-dev");
    await page.context().clearCookies();
    await page.goto(`/t/acme-dev/resources/tools/${made.search}`);
    await page.waitForURL("**/sign-in?**");
    await page.getByLabel("E-mail").fill(OWNER);
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await press(page, "Sign in");
    await page.waitForURL(`**/resources/tools/${made.search}`);
    await page.getByRole("button", { name: /^Signed in as/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/sign-in");
    await page.context().close();
  },
};

/** What fills the lists with more than a picture should show. */
export const LATE_STORIES = {
  async "a plan of 2,000 is on the screen in no time, as a list and as a graph"({ page, server }) {
    const count = 2000;
    await server.call("acme-dev", "POST", "/api/tenants", {
      id: "bulk-dev",
      label: "Bulk",
      environment: "development",
    });
    await server.call("acme-dev", "POST", "/api/tenants", {
      id: "bulk-prod",
      label: "Bulk target",
      environment: "staging",
    });
    const resources = Array.from({ length: count }, (_, index) => ({
      kind: "tools",
      id: crypto.randomUUID().replace(/^(.{14})4/, "$18"),
      name: `tool ${index}`,
      syncable: true,
      body: { type: "http", path: `/${index}` },
    }));
    await server.call("bulk-dev", "POST", "/api/import", { source: crypto.randomUUID(), resources });
    await page.goto("/t/bulk-dev/settings/sync?target=bulk-prod");
    await page.waitForURL(/plan=/);
    await sees(page, "tool 1");
    // The processor's time of the page, so that what else the machine does counts for nothing.
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
    };
    const timed = async (act) => {
      const [started, before] = [Date.now(), await busy()];
      await act();
      const spent = Math.round((await busy()) - before);
      console.log(
        `      2,000 items: ${spent} ms of the processor, ${Date.now() - started} ms on this machine`,
      );
      return spent;
    };
    const list = await timed(async () => {
      await page.reload();
      await page
        .getByRole("button", { name: /^tool \d+/ })
        .nth(3)
        .click();
    });
    assert.ok(list < 1500, `the list is there within 1.5 s, not ${list} ms`);
    if (!serves(PLAN_FIELDS[0])) return;
    const graph = await timed(async () => {
      await page.getByText("Graph", { exact: true }).click();
      await page.getByText("All", { exact: true }).waitFor();
      await page.getByRole("region", { name: "What the plan changes" }).getByRole("button").first().hover();
    });
    assert.ok(graph < 1500, `the graph is there within 1.5 s, not ${graph} ms`);
  },
};
