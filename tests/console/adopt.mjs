// What a target made itself becomes the copy: from the plan, and from its own page.
import { assert, press, sees } from "./check.mjs";

const chips = (page) => page.getByRole("group", { name: "Show only" });
const inStaging = (server, id) => server.call("acme-staging", "GET", `/api/tools/${id}`);

export const ADOPT = {
  async "what the target has under the same name is adopted from the plan"({ page, server }) {
    const original = await server.create(
      "acme-dev",
      "tools",
      "lookup_order",
      { type: "http" },
      { syncable: true },
    );
    const own = await server.create("acme-staging", "tools", "lookup_order", { type: "javascript" });
    const user = await server.create("acme-staging", "agents", "Uses it", { tools: [{ toolId: own }] });
    await page.goto("/t/acme-dev/settings/sync?target=acme-staging");
    await page.waitForURL(/plan=/);
    await page.getByRole("button", { name: /lookup_order/ }).click();
    const detail = page.getByRole("region", { name: "lookup_order" });
    await detail.getByText("create", { exact: true }).waitFor();
    await sees(page, "acme-staging has a tool of this name already");
    await press(page, "Adopt instead…");
    await page.getByRole("dialog").getByRole("button", { name: "Adopt", exact: true }).click();
    await sees(page, "lookup_order in acme-staging is the copy of the one in acme-dev now.");
    await page.getByRole("button", { name: /lookup_order/ }).click();
    await detail.getByText("update", { exact: true }).waitFor();
    const adopted = await inStaging(server, own);
    assert.deepEqual([adopted.syncedFrom, adopted.originId], ["acme-dev", original]);
    const { nodes } = await server.call("acme-staging", "GET", `/api/tools/${own}/dependents`);
    assert.ok(nodes.some(({ id }) => id === user));
  },

  async "what a plan does not change is listed when it is asked for"({ page }) {
    await chips(page)
      .getByRole("button", { name: /unchanged/ })
      .click();
    await press(page, "Plan again and list them");
    await page.getByRole("button", { name: /search_knowledge/ }).waitFor();
  },

  async "a resource of another name is adopted on its page"({ page, server }) {
    const original = await server.create("acme-dev", "tools", "refund_order", { type: "http" });
    const own = await server.create("acme-staging", "tools", "refund by hand", { type: "http" });
    await page.goto(`/t/acme-staging/resources/tools/${own}`);
    await press(page, "More");
    await page.getByRole("menuitem", { name: "Make it a copy…" }).click();
    const dialog = page.getByRole("dialog");
    assert.equal(await dialog.getByRole("button", { name: "Adopt", exact: true }).isDisabled(), true);
    await dialog.getByRole("combobox", { name: "Tenant it comes from" }).click();
    await page.getByRole("option", { name: "Acme development" }).click();
    await dialog.getByRole("combobox", { name: "The tool there" }).fill("refund");
    await page.getByRole("option", { name: "refund_order" }).click();
    await dialog.getByRole("button", { name: "Adopt", exact: true }).click();
    await sees(page, "refund by hand follows acme-dev now.");
    await sees(page, "This is a copy from acme-dev.");
    assert.equal((await inStaging(server, own)).originId, original);
  },
};
