// The little that the stories say with.
import assert from "node:assert/strict";

export { assert };

/** Waits until some text can be seen. */
export async function sees(page, text, options = {}) {
  await page
    .getByText(text, { exact: false, ...options })
    .first()
    .waitFor({ state: "visible" });
}

export async function press(page, name, role = "button") {
  await page.getByRole(role, { name, exact: true }).first().click();
}

/** What the server says, from inside the page: with its cookie and its tenant. */
export async function ask(page, tenant, path) {
  return page.evaluate(
    async ([where, id]) => {
      const answer = await fetch(where, { headers: { "x-tenant-id": id } });
      return answer.json();
    },
    [path, tenant],
  );
}

/** While something is done, whatever is read over the API comes late, and one answer after the other. */
export async function onSlowServer(page, act) {
  let asked = 0;
  const slowly = async (route) => {
    if (route.request().method() === "GET") await new Promise((resolve) => setTimeout(resolve, 100 * ++asked));
    await route.continue();
  };
  await page.route("**/api/**", slowly);
  await act();
  await page.unrouteAll({ behavior: "wait" });
}

export const SYNC = "/t/acme-dev/settings/sync";

/** That of a run which was cancelled, from which one plans again. */
export async function saysCancelled(page, target) {
  await sees(page, "Cancelled");
  await sees(page, `Nothing was applied: ${target} is as it was.`);
  await press(page, "Plan again");
  await page.waitForURL(/plan=/);
}

/** From the plan on the screen to its report. */
export async function promote(page, { typed } = {}) {
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

export async function plan(page, target) {
  await page.goto(`${SYNC}?target=${target}`);
  await page.waitForURL(/plan=/);
  await page.getByRole("group", { name: "Show only" }).waitFor();
}

export const figure = async (page, word) => {
  const text = await page
    .getByRole("group", { name: "Show only" })
    .getByRole("button", { name: word })
    .innerText();
  return Number(text.replace(/\D+/g, ""));
};
