// Runs that end before they are done. Each is of the 2,000 resources that large.mjs has made: what is done to it comes
// while it is at work, or nearly always. One that was faster succeeded, and says so; then another one is begun.
import { assert, saysCancelled, sees } from "./check.mjs";

const TRIES = 5;
const STOPPED = "The server stopped during this run";
let begun = 0;

async function begin(server) {
  const target = `bulk-${++begun}`;
  await server.call("acme-dev", "POST", "/api/tenants", { id: target, label: target, environment: "staging" });
  const headers = { Prefer: "respond-async" };
  const { runId } = await server.call("bulk-dev", "POST", `/api/tenant/sync/${target}`, {}, { headers });
  return { target, runId };
}

/** The run that `act` has ended, with its page on the screen. */
async function endedBy({ page, server }, act) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const run = await begin(server);
    await act(run.runId);
    await page.goto(`/t/bulk-dev/settings/sync?target=${run.target}&run=${run.runId}`);
    const untouched = page.getByText(`Nothing was applied: ${run.target} is as it was.`);
    await untouched.or(page.getByText("What was done")).first().waitFor();
    if (await untouched.count()) return run;
  }
  throw new Error(`${TRIES} runs were over before anything could be done to them`);
}

const toolsIn = async (server, target) => (await server.call(target, "GET", "/api/tools?limit=1")).items.length;

export const ENDED = {
  async "a run that is cancelled while it works changes nothing, and says so"(world) {
    const { page, server } = world;
    const { target } = await endedBy(world, (id) =>
      server.call("bulk-dev", "POST", `/api/tenant/sync/runs/${id}/cancel`).catch((error) => {
        assert.match(error.message, /run_finished/);
      }),
    );
    assert.equal(await toolsIn(server, target), 0);
    await saysCancelled(page, target);
  },

  async "a run whose server was killed is over when the server is back, and says why"(world) {
    const { page, server } = world;
    const { target, runId } = await endedBy(world, async () => {
      await server.halt("SIGKILL");
      await server.resume();
    });
    await sees(page, STOPPED);
    const run = await server.call("bulk-dev", "GET", `/api/tenant/sync/runs/${runId}`);
    assert.deepEqual([run.status, run.problem.code], ["failed", "interrupted"]);
    assert.equal(await toolsIn(server, target), 0);
    await page.goto(`/t/bulk-dev/runs?target=${target}`);
    const row = page.getByRole("row", { name: `bulk-dev → ${target}` });
    await row.getByText("failed").waitFor();
    await row.getByText(STOPPED).waitFor();
    await row.getByRole("link").click();
    await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await page.waitForURL(/plan=/);
    await page
      .getByRole("group", { name: "Show only" })
      .getByRole("button", { name: "2,000 create" })
      .waitFor();
  },
};
