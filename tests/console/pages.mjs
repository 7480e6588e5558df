// Every page in both themes: no finding of axe, and no sideways scrolling on a narrow screen.
import { OWNER } from "./server.mjs";

const folder = process.env.SYNCLINE_SCREENSHOTS;
/** Pictured on a narrow screen too. */
const NARROW = new Set([
  "overview",
  "agents",
  "agent",
  "plan",
  "report",
  "targets-to-sync",
  "variables",
  "sign-in",
]);

/** Name, path, what has to be there before the page counts as shown. */
export const PAGES = [
  ["overview", () => "/t/acme-dev", "Last runs"],
  ["agents", () => "/t/acme-dev/resources/agents", "Support supervisor"],
  ["documents", () => "/t/acme-dev/resources/documents", "Handbook"],
  ["new-tool", () => "/t/acme-dev/resources/tools/new", "Create tool"],
  ["agent", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}`, "Instructions"],
  ["versions", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}?tab=versions`, "From version"],
  ["dependencies", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}?tab=dependencies`, "Graph"],
  ["targets", ({ made }) => `/t/acme-dev/resources/agents/${made.supervisor}?tab=targets`, "Last synced"],
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
  ["plan", () => "/t/acme-dev/settings/sync?target=acme-prod", "Plan again"],
  ["runs", () => "/t/acme-dev/runs", "acme-staging"],
  ["report", ({ run }) => `/t/acme-dev/runs/${run}`, "What was done"],
  ["rollback", ({ run }) => `/t/acme-dev/runs/${run}?rollback=1`, "Leave it"],
  ["releases", () => "/t/acme-dev/releases", "2026-11"],
  ["release", ({ release }) => `/t/acme-dev/releases/${release}`, "Digest"],
  ["drift", () => "/t/acme-staging/drift", "Drift"],
  ["approvals", () => "/t/acme-prod/approvals", "Approvals"],
  ["general", () => "/t/acme-prod/settings/general", "Environment"],
  ["policy", () => "/t/acme-prod/settings/policy", "Freeze windows"],
  ["members", () => "/t/acme-prod/settings/members", "What each role may do"],
  ["keys", () => "/t/acme-prod/settings/keys", "API key"],
  ["webhooks", () => "/t/acme-prod/settings/webhooks", "webhook"],
  ["audit", () => "/t/acme-dev/settings/audit", "resource.create"],
];

const LOOKS = [
  { name: "light", scheme: "light" },
  { name: "dark", scheme: "dark" },
  { name: "narrow", width: 390, height: 844 },
];

/** What is not right, each with the page and how it was looked at. */
export async function visitPages(world) {
  const pages = [];
  for (const how of LOOKS) pages.push([how.name, await world.browser.signedIn(OWNER, "acme-dev", how)]);
  const findings = await Promise.all(
    pages.map(async ([how, page]) => {
      const found = [];
      for (const [name, path, text] of PAGES)
        found.push(...(await visit(world, page, how, name, path(world), text)));
      await page.context().clearCookies();
      found.push(...(await visit(world, page, how, "sign-in", "/sign-in", "Password")));
      return found;
    }),
  );
  return findings.flat();
}

async function visit(world, page, how, name, path, text) {
  try {
    await page.goto(path);
    await page.getByText(text).first().waitFor({ state: "attached" });
    await page.locator("[aria-busy]").first().waitFor({ state: "detached" });
    return await look(world, page, how, name);
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
  return findings.map((finding) => `${name}, ${how}: ${finding}`);
}
