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
    if (route.request().method() === "GET") await new Promise((resolve) => setTimeout(resolve, 200 * ++asked));
    await route.continue();
  };
  await page.route("**/api/**", slowly);
  await act();
  await page.unrouteAll({ behavior: "wait" });
}
