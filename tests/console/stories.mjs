// The stories of the console, in the order in which they happen. Each leaves the world to the next.
import { assert, ask, press, sees } from "./check.mjs";
import { APPROVER, HOSTILE, OWNER, PASSWORD, VIEWER } from "./server.mjs";

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
};
export const LATER = { APPROVER, VIEWER };
