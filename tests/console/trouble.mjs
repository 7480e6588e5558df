// What stands in the way of a sync, each with the server's own answer where it can be brought to give it.
import { assert, plan, press, saysCancelled, sees } from "./check.mjs";
import { ON_POSTGRES, OWNER, VIEWER } from "./server.mjs";

const DAY = 86_400_000;
const at = (ms) => new Date(Date.now() + ms).toISOString();
const FROZEN = { freezeWindows: [{ name: "Year end", start: at(-DAY), end: at(DAY) }] };

const setPolicy = (server, syncPolicy) => server.call("acme-staging", "PATCH", "/api/tenant", { syncPolicy });

const SUBJECTS = ["refunds", "credit notes", "dunning", "instalments"];
let told = 0;

/** One change to send, and the dialog that asks about it. */
async function ready({ page, server, made }) {
  await server.call("acme-dev", "PATCH", `/api/agents/${made.billing}`, {
    description: `Invoices and ${SUBJECTS[told++]}`,
  });
  await plan(page, "acme-staging");
  await page.getByRole("button", { name: /^Sync \d+ change/ }).click();
  return page.getByRole("dialog").getByRole("button", { name: /^Promote/ });
}

async function unreached(page) {
  await sees(page, "The target is busy");
  await sees(page, "Nothing was changed; try again when they have finished.");
  await sees(page, "See who runs");
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Sync \d+ change/ }).waitFor();
}

/** On SQLite who writes has all of the database, so that nobody can see another wait for it. */
const WAITING = ON_POSTGRES
  ? {
      async "a run that waits for others says so, and is cancelled"(world) {
        const { page, server } = world;
        const promise = await ready(world);
        const held = await server.hold();
        const other = await server.call(
          "acme-dev",
          "POST",
          "/api/tenant/sync/acme-staging",
          {},
          { headers: { Prefer: "respond-async" } },
        );
        await promise.click();
        await sees(page, "Waiting for its turn in acme-staging");
        await sees(page, `A run of ${OWNER}`);
        await server.call("acme-dev", "POST", `/api/tenant/sync/runs/${other.runId}/cancel`);
        await press(page, "Cancel the run");
        await held.release();
        await saysCancelled(page, "acme-staging");
      },
    }
  : {};

/** PostgreSQL is told how long to wait; SQLite waits for ten seconds, whatever one says. */
const waitAtMost = (server, ms) =>
  ON_POSTGRES ? server.restart({ SYNCLINE_DATABASE_LOCK_TIMEOUT_MS: ms }) : undefined;

export const TROUBLE = {
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
    assert.equal(await page.getByRole("tab", { name: "Activity" }).count(), 0);
    await page.goto("/t/acme-dev/settings/members");
    await page.getByRole("tab", { name: "API keys" }).waitFor();
    assert.equal(await page.getByRole("tab", { name: "Audit" }).count(), 0);
    await page.goto("/t/nobody/resources/agents");
    await sees(page, "Not here");
    await page.context().close();
  },

  async "a frozen target says until when"({ page, server }) {
    await setPolicy(server, FROZEN);
    await plan(page, "acme-staging");
    await sees(page, "The target takes nothing before");
    await setPolicy(server, { freezeWindows: [] });
  },

  async "a run that fails says why, and that nothing was applied"(world) {
    const { page, server } = world;
    const promise = await ready(world);
    await setPolicy(server, FROZEN);
    await promise.click();
    await sees(page, "The target is frozen");
    await sees(page, "Nothing was applied: acme-staging is as it was.");
    await sees(page, "It opens again");
    const { items } = await server.call("acme-dev", "GET", "/api/tenant/sync/runs?status=failed");
    assert.equal(items[0].problem.code, "frozen");
    await setPolicy(server, { freezeWindows: [] });
  },

  ...WAITING,

  async "a database that is held for too long is said to be busy"(world) {
    const { page, server } = world;
    await waitAtMost(server, "1000");
    const promise = await ready(world);
    const held = await server.hold();
    await promise.click();
    await page.getByRole("alert").waitFor({ timeout: 40_000 });
    await held.release();
    await unreached(page);
    await waitAtMost(server, undefined);
  },

  async "a server that is gone is said to be, and the page goes on when it is back"({ page, server }) {
    await page.goto("/t/acme-dev/runs");
    await sees(page, "acme-dev → acme-staging");
    await server.halt();
    await page.getByLabel("Status").first().click();
    await page.getByRole("option", { name: "succeeded" }).click();
    await sees(page, "No connection");
    await server.resume();
    await press(page, "Try again");
    await sees(page, "acme-dev → acme-staging");
  },
};
