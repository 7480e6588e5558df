// A server that nobody has used yet says what to run, and goes on by itself when somebody has.
import { Browser } from "./browser.mjs";
import { assert, press, sees } from "./check.mjs";
import { OWNER, PASSWORD, Server } from "./server.mjs";

export const FIRST_RUN = {
  async "a new server says how its first person is made, and then lets them in"() {
    const server = new Server();
    let browser;
    try {
      await server.begin();
      browser = new Browser(server.url);
      await browser.open();
      const page = await browser.page();
      await page.goto("/");
      await page.waitForURL("**/sign-in");
      await sees(page, "Nobody is here yet");
      await sees(page, "syncline bootstrap");
      assert.equal(await page.getByRole("button", { name: "Sign in" }).count(), 0);
      assert.deepEqual(await browser.audit(page), []);
      server.bootstrap();
      await page.getByLabel("Tenant").fill("acme-dev");
      await page.getByLabel("E-mail").fill(OWNER);
      await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
      await press(page, "Sign in");
      await page.waitForURL("**/t/acme-dev");
      await sees(page, "One tenant so far");
      assert.deepEqual(browser.reports, []);
    } finally {
      await browser?.close();
      await server.stop();
    }
  },
};
