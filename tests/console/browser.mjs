// Chromium for the console's tests. Whatever a page must never do is counted over the whole run: reports of the
// Content-Security-Policy, dialogs, errors of scripts.
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { PASSWORD } from "./server.mjs";

const require = createRequire(new URL("../../console/package.json", import.meta.url));
const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const CAN_RUN =
  existsSync(CHROMIUM) && existsSync(new URL("../../console/node_modules/playwright-core", import.meta.url));

export class Browser {
  constructor(url) {
    this.url = url;
    this.reports = [];
    this.errors = [];
    this.dialogs = [];
    this.sessions = new Map();
  }

  async open() {
    const { chromium } = require("playwright-core");
    this.axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
    this.chromium = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }

  async close() {
    await this.chromium?.close();
  }

  async page({ scheme = "light", width = 1280, height = 800, storageState } = {}) {
    const context = await this.chromium.newContext({
      ...(storageState ? { storageState } : {}),
      colorScheme: scheme,
      viewport: { width, height },
      baseURL: this.url,
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(30_000);
    await context.exposeBinding("reportPolicy", (_, text) => this.reports.push(text));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) =>
        window.reportPolicy(
          `${event.violatedDirective} ${event.blockedURI} ${event.sample} at ${location.pathname}`,
        ),
      );
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => this.errors.push(`${error.message} at ${page.url()}`));
    page.on("dialog", (dialog) => {
      this.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    return page;
  }

  /** With the session of that person; it is made once, for passwords are slow on purpose. */
  async signedIn(email, tenant, options = {}) {
    const storageState = this.sessions.get(email);
    if (storageState) {
      const page = await this.page({ ...options, storageState });
      await page.goto(`/t/${tenant}`);
      return page;
    }
    const page = await this.signIn(email, tenant, options);
    this.sessions.set(email, await page.context().storageState());
    return page;
  }

  async signIn(email, tenant, options = {}) {
    const page = await this.page(options);
    await page.goto("/sign-in");
    await page.getByLabel("Tenant").fill(tenant);
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`**/t/${tenant}`);
    return page;
  }

  /** The findings of axe, each with where it is. Its rules come past the policy, which forbids foreign scripts. */
  async audit(page) {
    const session = await page.context().newCDPSession(page);
    const run = async (expression) => {
      const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
        expression,
        awaitPromise: true,
        returnByValue: true,
        allowUnsafeEvalBlockedByCSP: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    if (!(await run("'axe' in window"))) await run(`${this.axe}; 0`);
    const found =
      await run(`axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
      .then(({ violations }) => JSON.stringify(violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, any }) => id + ": " + help + " " + (any[0]?.message ?? "") +
          " " + html.slice(0, 220)))))`);
    await session.detach();
    return JSON.parse(found);
  }
}
