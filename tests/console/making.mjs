// What is made, changed and removed on the pages beside a sync.
import { assert, press, sees } from "./check.mjs";

const dialogOf = (page) => page.getByRole("dialog");

/** The button in the dialog that does it; then the dialog is gone. */
async function confirm(page, action) {
  const dialog = dialogOf(page);
  await dialog.getByRole("button", { name: action, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

export const MAKING = {
  async "a tool is made in the form, and the JSON beside it is the same body"({ page, server }) {
    await page.goto("/t/acme-dev/resources/tools/new");
    await page.getByLabel("Name").fill("look_up");
    await page.getByLabel("Path").fill("/look-up");
    await page.getByText("JSON", { exact: true }).click();
    const json = page.getByRole("textbox", { name: "Body as JSON" });
    const body = JSON.parse(await json.inputValue());
    assert.equal(body.path, "/look-up");
    await json.fill("{");
    await sees(page, "This is not JSON yet");
    assert.equal(await page.getByRole("button", { name: "Create tool" }).isDisabled(), true);
    await json.fill(JSON.stringify({ ...body, method: "POST" }));
    await press(page, "Create tool");
    await page.waitForURL(/tools\/[0-9a-f-]{36}$/);
    const made = await server.call("acme-dev", "GET", `/api/tools/${page.url().split("/").at(-1)}`);
    assert.deepEqual(made.body, { ...body, method: "POST" });
  },

  async "several are chosen by keys and marked at once"({ page }) {
    await page.goto("/t/acme-dev/resources/agents");
    await sees(page, "Onboarding");
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    await sees(page, "2 agents selected");
    await press(page, "Mark syncable");
    await sees(page, "2 agents marked syncable.");
    await press(page, "Not syncable");
    await sees(page, "2 agents no longer syncable.");
  },

  async "filters that fit nothing say so, and are cleared together"({ page }) {
    const field = page.getByLabel("Filter Agents");
    await page.goto("/t/acme-dev/resources/agents?syncable=true");
    await page.keyboard.press("/");
    await page.keyboard.type("nothing like it");
    await sees(page, "Nothing matches");
    await press(page, "Clear the filters");
    await sees(page, "Onboarding");
    assert.equal(await field.inputValue(), "");
  },

  async "a variable is set, found missing elsewhere, and removed"({ page }) {
    await page.goto("/t/acme-dev/variables");
    await press(page, "Set a variable");
    await dialogOf(page).getByLabel("Name").fill("REGION");
    await dialogOf(page).getByRole("textbox", { name: "Value" }).fill("eu");
    await confirm(page, "Set");
    await sees(page, "REGION is set in acme-dev.");
    await page.getByRole("switch", { name: "Only what is missing somewhere" }).press("Space");
    await page.waitForURL(/gaps=true/);
    const row = page.getByRole("row", { name: "REGION" });
    await row.getByRole("button", { name: "Set REGION in acme-staging" }).waitFor();
    await row.getByRole("button", { name: "Change REGION in acme-dev" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await sees(page, "Nothing there uses it.");
    await confirm(page, "Remove");
    await row.waitFor({ state: "detached" });
  },

  async "a member is added, given another role, and removed"({ page, server }) {
    await page.goto("/t/acme-dev/settings/members");
    await press(page, "Add a member");
    await dialogOf(page).getByLabel("E-mail").fill("nora@acme.test");
    await dialogOf(page).getByLabel("Name").fill("Nora New");
    await dialogOf(page).getByRole("textbox", { name: "Password" }).fill("a password for Nora");
    await confirm(page, "Add");
    await sees(page, "nora@acme.test is a member now.");
    const role = page.getByRole("combobox", { name: "Role of nora@acme.test" });
    await role.click();
    const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH");
    await page.getByRole("option", { name: "Viewer" }).click();
    assert.equal((await saved).status(), 200);
    const { items } = await server.call("acme-dev", "GET", "/api/tenant/accounts");
    assert.equal(items.find(({ email }) => email === "nora@acme.test").role, "VIEWER");
    await press(page, "Remove nora@acme.test");
    await confirm(page, "Remove from the tenant");
    await role.waitFor({ state: "detached" });
  },

  async "the secrets of a key and of a webhook are shown once"({ page }) {
    await page.goto("/t/acme-dev/settings/keys");
    await page.getByRole("button", { name: "New API key" }).click();
    await dialogOf(page).getByLabel("What it is for").fill("Pipeline");
    await confirm(page, "Make the key");
    await sees(page, "The key “Pipeline”");
    await page.goto("/t/acme-dev/settings/webhooks");
    await page.getByRole("button", { name: "New webhook" }).click();
    await dialogOf(page).getByLabel("Address").fill("https://hooks.acme.test/once");
    await confirm(page, "Make the webhook");
    await sees(page, "The secret that signs what is sent");
    await press(page, "Deliveries to https://hooks.acme.test/once");
    await sees(page, "Nothing was sent yet.");
    await page.reload();
    await press(page, "Remove https://hooks.acme.test/once");
    assert.equal(await page.getByText("The secret that signs what is sent").count(), 0);
    await confirm(page, "Remove");
    await page.goto("/t/acme-dev/settings/keys");
    await press(page, "Revoke Pipeline");
    assert.equal(await page.getByText("The key “Pipeline”").count(), 0);
    await confirm(page, "Revoke");
    await page.getByRole("button", { name: "Revoke Pipeline" }).waitFor({ state: "detached" });
  },
};
