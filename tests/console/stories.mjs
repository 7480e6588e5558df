// The stories of the console, in the order in which they happen. Each leaves the world to the next.
import { assert, ask, figure, onSlowServer, plan, press, promote, sees } from "./check.mjs";
import { APPROVER, HOSTILE, OWNER, PASSWORD, VIEWER } from "./server.mjs";

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

  async "the edit is shown as just that field, before and after"({ page }) {
    const detail = page.getByRole("region", { name: "Billing" });
    await detail.getByText("gpt-5").first().waitFor();
    assert.equal(await detail.getByText("gpt-4o").count(), 1);
    assert.equal(await detail.getByText("prompt").count(), 0);
  },

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

  async "one is left out, and taken back in"({ page }) {
    const chips = page.getByRole("group", { name: "Show only" });
    await page.getByRole("button", { name: /search_knowledge/ }).click();
    await sees(page, "Support supervisor uses it");
    await press(page, "Leave out of this plan");
    await chips.getByRole("button", { name: "1 update" }).waitFor();
    await press(page, "Take all back in");
    await chips.getByRole("button", { name: "2 update" }).waitFor();
  },

  async "the new plan is synced"(world) {
    const { page, server } = world;
    await promote(page);
    world.second = new URL(page.url()).searchParams.get("run");
    assert.equal(await modelInStaging(server), "gpt-5");
  },

  async "an edit in the target is drift, seen three ways and kept as an override"({ page, server, copy }) {
    const { body } = await server.call("acme-staging", "GET", `/api/agents/${copy}`);
    const [ticket] = (await server.call("acme-staging", "GET", "/api/tools?q=create_ticket")).items;
    const tools = [{ toolId: ticket.id }, ...body.tools];
    await server.call("acme-staging", "PATCH", `/api/agents/${copy}`, {
      body: { ...body, model: "gpt-staging", tools },
    });
    await page.goto("/t/acme-staging/drift");
    const detail = page.getByRole("region", { name: "Support supervisor" });
    await detail.getByText("gpt-staging").first().waitFor();
    await sees(page, "changed here");
    await sees(page, "added here");
    await detail.getByRole("button", { name: "Keep mine" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Keep as an override" }).click();
    await sees(page, "All copies match");
    const kept = await server.call("acme-staging", "GET", `/api/agents/${copy}`);
    assert.equal(kept.body.model, "gpt-staging");
    assert.deepEqual(kept.override.patch, { model: "gpt-staging", tools });
    assert.deepEqual(kept.body.tools, tools);
  },

  async "a run is undone from its report"(world) {
    const { page, server, second } = world;
    await page.goto(`/t/acme-dev/runs/${second}`);
    await press(page, "Roll back…");
    await page.getByRole("button", { name: /^Undo \d+ change/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Undo in/ })
      .click();
    await sees(page, "What was done");
    assert.equal(await modelInStaging(server), "gpt-4o");
  },

  async "a release goes to production when a second person agrees"(world) {
    const { browser } = world;
    const page = await browser.signedIn(OWNER, "acme-dev");
    await page.clock.install();
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

    await page.clock.fastForward(6_000);
    await sees(page, "approved");
    await promote(page, { typed: "acme-prod" });
    await sees(page, "2026-11");
    await page.context().close();
  },

  async "what a second person denies is not applied, and the first sees why and goes on"(world) {
    const { browser, server, made } = world;
    const page = await browser.signedIn(OWNER, "acme-dev");
    await page.clock.install();
    await server.call("acme-dev", "PATCH", `/api/agents/${made.billing}`, { description: "Invoices" });
    await plan(page, "acme-prod");
    await sees(page, "It waits for its approval.");
    const id = new URL(page.url()).searchParams.get("plan");

    const second = await browser.signedIn(APPROVER, "acme-prod");
    await second.goto(`/t/acme-prod/plans/${id}`);
    await second.getByLabel("Comment").fill("Not before the audit.");
    await press(second, "Deny");
    const approval = second.getByRole("region", { name: "Approval" });
    await approval.getByText("denied", { exact: true }).waitFor();
    assert.equal(await second.getByRole("button", { name: "Approve", exact: true }).count(), 0);
    await second.context().close();

    await page.clock.fastForward(6_000);
    await sees(page, "It was denied. Change what the comment asks for, then plan again.");
    await sees(page, "Not before the audit.");
    await sees(page, `${APPROVER} denied it`);
    assert.equal(await page.getByRole("button", { name: /^Sync \d+ change/ }).isDisabled(), true);
    await page.goto("/t/acme-prod/approvals");
    await page
      .getByRole("row", { name: /acme-dev → acme-prod/ })
      .getByText("denied")
      .waitFor();
    await plan(page, "acme-prod");
    await sees(page, "It waits for its approval.");
    await page.context().close();
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

  async "files that are dropped on the list become documents, and one that is cut off says so"({ page }) {
    await page.goto("/t/acme-dev/resources/documents");
    const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    let sent = 0;
    await page.route("**/api/documents/*/content", (route) =>
      ++sent === 2 ? route.abort() : route.continue(),
    );
    await page
      .locator("input[type=file]")
      .setInputFiles([file("terms.txt", "terms"), file("shipping.txt", "cut off"), file("faq.txt", "faq")]);
    const uploads = page.getByRole("group", { name: "Uploads" });
    await uploads.getByText("uploaded", { exact: true }).nth(1).waitFor();
    await uploads.getByText("The server cannot be reached.").waitFor();
    await page.unrouteAll({ behavior: "wait" });
    await page.getByRole("table", { name: "Documents" }).getByText("faq.txt").waitFor();
    await uploads.getByRole("link", { name: "terms.txt" }).click();
    await sees(page, "SHA-256");
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

  async "what others change comes by itself, to who looks and to who comes back"({ browser, server, made }) {
    const page = await browser.signedIn(OWNER, "acme-dev");
    await page.clock.install();
    const changed = (description) =>
      server.call("acme-dev", "PATCH", `/api/agents/${made.billing}`, { description });
    await page.goto("/t/acme-dev/resources/agents");
    await sees(page, "Billing");
    await changed("seen by who looks");
    await page.clock.fastForward(21_000);
    await sees(page, "seen by who looks");
    await changed("seen by who comes back");
    await page.clock.fastForward(6_000);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
    await sees(page, "seen by who comes back");
    await plan(page, "acme-staging");
    await changed("seen beside a plan");
    await page.clock.fastForward(11_000);
    await sees(page, "acme-dev has changed since. This plan does not show it.");
    await page.context().close();
  },

  async "what is typed outlives what others change"({ browser, server, made }) {
    const page = await browser.signedIn(OWNER, "acme-dev");
    await page.clock.install();
    await page.goto(`/t/acme-dev/resources/agents/${made.billing}`);
    await page.getByLabel("Model").fill("mine");
    await server.call("acme-dev", "PATCH", `/api/agents/${made.billing}`, { description: "theirs" });
    await page.clock.fastForward(21_000);
    await sees(page, "Someone changed this meanwhile");
    assert.equal(await page.getByLabel("Model").inputValue(), "mine");
    await press(page, "Show theirs and drop mine");
    assert.notEqual(await page.getByLabel("Model").inputValue(), "mine");
    assert.equal(await page.getByLabel("Description").inputValue(), "theirs");
    await page.context().close();
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
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Search" }).fill("Plan a sync to Acme st");
    await page.getByText("Plan a sync to Acme staging").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/settings\/sync\?target=acme-staging/);
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Keyboard shortcuts").waitFor();
    await page.keyboard.press("Escape");
  },

  async "a session that ends leads back to where one was"({ browser, made }) {
    const page = await browser.signIn(OWNER, "acme-dev");
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
