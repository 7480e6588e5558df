// Every page in both themes: no finding of axe, and no sideways scrolling on a narrow screen.
import { tryCommands } from "./commands.mjs";
import { APPROVER, OWNER } from "./server.mjs";

const folder = process.env.SYNCLINE_SCREENSHOTS;
/** Pictured on a narrow screen too. */
const NARROW = new Set(
  "overview agents agent plan preflight confirm report targets-to-sync variables sign-in".split(" "),
);

/** A dialog is before the page, or nobody is signed in. */
const WITHOUT_COMMANDS = new Set(["confirm", "sign-in"]);

const chosen = (name) => async (page) => {
  await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  await page.getByRole("region", { name, exact: true }).waitFor();
};
const graph = async (page) => {
  await page.getByText("Graph", { exact: true }).click();
  await page.getByRole("region", { name: "What the plan changes" }).getByRole("button").first().waitFor();
};
const preflight = (page) => page.getByRole("region", { name: "Preflight" }).scrollIntoViewIfNeeded();
const confirm = async (page) => {
  await page.getByLabel("I have looked at the preflight").check();
  await page.getByRole("button", { name: /^Sync \d+ change/ }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Promote/ })
    .waitFor();
};
const planned = ({ plan }) => `/t/acme-dev/settings/sync?target=acme-staging&plan=${plan}`;

/** Name, path, what has to be there before the page counts as shown, and what is done to it then. */
export const PAGES = [
  ["overview", () => "/t/acme-dev", "Last runs"],
  ["agents", () => "/t/acme-dev/resources/agents", "Support supervisor"],
  ["documents", () => "/t/acme-dev/resources/documents", "Handbook"],
  ["new-tool", () => "/t/acme-dev/resources/tools/new", "Create tool"],
  ["agent", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}`, "Instructions"],
  ["versions", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}?tab=versions`, "From version"],
  ["dependencies", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}?tab=dependencies`, "Graph"],
  ["targets", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}?tab=targets`, "Changed there"],
  ["activity", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}?tab=activity`, "Activity"],
  [
    "credentials",
    ({ made }) => `/t/acme-dev/resources/connections/${made.crm}?tab=credentials`,
    "clientSecret",
  ],
  ["file", ({ made }) => `/t/acme-dev/resources/documents/${made.handbook}`, "SHA-256"],
  ["copy", ({ copy }) => `/t/acme-staging/resources/agents/${copy}?tab=copy`, "Values of its own"],
  ["variables", () => "/t/acme-dev/variables", "CRM_TOKEN"],
  ["targets-to-sync", () => "/t/acme-dev/settings/sync", "Acme production"],
  ["plan", planned, "Plan again", chosen("Billing")],
  ["plan-graph", planned, "Plan again", graph],
  ["preflight", planned, "Plan again", preflight],
  ["confirm", planned, "Plan again", confirm],
  ["approval", ({ asked }) => `/t/acme-prod/plans/${asked}`, "Approve"],
  ["runs", () => "/t/acme-dev/runs", "acme-staging"],
  ["report", ({ run }) => `/t/acme-dev/runs/${run}`, "What was done"],
  ["rollback", ({ run }) => `/t/acme-dev/runs/${run}?rollback=1`, "Leave it"],
  ["releases", () => "/t/acme-dev/releases", "2026-11"],
  ["release", ({ release }) => `/t/acme-dev/releases/${release}`, "Digest"],
  ["drift", () => "/t/acme-staging/drift", "last synced"],
  ["approvals", () => "/t/acme-prod/approvals", "acme-dev → acme-prod"],
  ["general", () => "/t/acme-prod/settings/general", "Environment"],
  ["policy", () => "/t/acme-prod/settings/policy", "Freeze windows"],
  ["members", () => "/t/acme-prod/settings/members", "What each role may do"],
  ["keys", () => "/t/acme-prod/settings/keys", "Nightly sync in CI"],
  ["webhooks", () => "/t/acme-prod/settings/webhooks", "hooks.acme.test"],
  ["audit", () => "/t/acme-dev/settings/audit", "resource.create"],
];

const LOOKS = [
  { name: "light", scheme: "light" },
  { name: "dark", scheme: "dark" },
  { name: "narrow", width: 390, height: 844 },
];

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

/** Something in every list: an edit there, a plan with all that a plan can have, and one that somebody else made. */
async function arrange(world) {
  const { server, made } = world;
  const { body } = await server.call("acme-dev", "GET", `/api/agents/${made.billing}`);
  const prompt =
    "You answer questions about invoices and refunds.\nBe short, and name the invoice you speak of.";
  await server.call("acme-dev", "PATCH", `/api/agents/${made.billing}`, {
    body: { ...body, model: "gpt-5", prompt },
  });
  const crm = await server.call("acme-dev", "GET", `/api/connections/${made.crm}`);
  await server.call("acme-dev", "PATCH", `/api/connections/${made.crm}`, {
    body: { ...crm.body, baseUrl: "https://${vars.CRM_HOST}/v3/${vars.CRM_REGION}" },
  });
  const [copy] = (await server.call("acme-staging", "GET", "/api/tools?q=create_ticket")).items;
  const tool = await server.call("acme-staging", "GET", `/api/tools/${copy.id}`);
  await server.call("acme-staging", "PATCH", `/api/tools/${copy.id}`, {
    body: { ...tool.body, path: "/tickets/test" },
  });
  const prod = (path, body) => server.call("acme-prod", "POST", path, body);
  await prod("/api/tenant/apiKeys", { description: "Nightly sync in CI", expiresAt: inDays(90) });
  await prod("/api/tenant/apiKeys", { description: "Dashboard" });
  await prod("/api/tenant/webhooks", {
    url: "https://hooks.acme.test/syncline",
    description: "Tells the channel of the support team",
    events: ["run.finished", "run.failed", "approval.wanted"],
  });
  const planFor = async (target, who) =>
    (await server.call("acme-dev", "POST", `/api/tenant/sync/${target}/plan`, {}, { email: who })).planId;
  world.plan = await planFor("acme-staging", OWNER);
  world.asked = await planFor("acme-prod", APPROVER);
}

/** What is not right, each with the page and how it was looked at. */
export async function visitPages(world) {
  await arrange(world);
  const pages = [];
  for (const how of LOOKS) pages.push([how.name, await world.browser.signedIn(OWNER, "acme-dev", how)]);
  const findings = await Promise.all(
    pages.map(async ([how, page]) => {
      const found = [];
      for (const [index, [name, path, text, act]] of PAGES.entries()) {
        const come = LOOKS[index % LOOKS.length].name === how ? load : walk;
        found.push(...(await visit(world, page, how, { name, path: path(world), text, act, come })));
      }
      await page.context().clearCookies();
      const signIn = { name: "sign-in", path: "/sign-in", text: "Password", come: load };
      found.push(...(await visit(world, page, how, signIn)));
      return found;
    }),
  );
  return findings.flat();
}

/** By a link in the console, as it were: past a page that has nothing, so that nothing of the page before is left. */
async function walk(page, path) {
  const go = (to) => page.evaluate((where) => history.pushState(null, "", where), to);
  await page.mouse.move(0, 0);
  await go("/nowhere");
  await page.getByText("There is no such page").waitFor();
  await go(path);
}

/** By its address. Each page is loaded in one of the looks: that is most of what a look costs. */
const load = (page, path) => page.goto(path);

async function visit(world, page, how, { name, path, text, act, come }) {
  try {
    await come(page, path);
    await page.getByText(text).first().waitFor({ state: "attached" });
    await page.locator("[aria-busy]").first().waitFor({ state: "detached" });
    await act?.(page);
    const findings = await look(world, page, how, name);
    if (how === "light" && !WITHOUT_COMMANDS.has(name))
      findings.push(...(await tryCommands(page, world.server)));
    return findings.map((finding) => `${name}, ${how}: ${finding}`);
  } catch (error) {
    return [`${name}, ${how}: ${error.message.split("\n")[0]}`];
  }
}

async function look(world, page, how, name) {
  const findings = await world.browser.audit(page);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (sideways > 0) findings.push(`scrolls sideways by ${sideways} px`);
  if (folder && (how !== "narrow" || NARROW.has(name)))
    await page.screenshot({ path: `${folder}/${name}-${how}.png` });
  return findings;
}
