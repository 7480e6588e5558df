// What the console offers to copy is tried: each command line is one that the program understands, each request that
// only reads is answered.
import { execFile } from "node:child_process";
import { dirname, resolve } from "node:path";
import { BINARY, OWNER } from "./server.mjs";

const USAGE = 64; // the program's exit code for a line that it does not understand
const NOBODY = "http://127.0.0.1:1"; // so that nothing is done
const PATH = `${dirname(resolve(BINARY))}:${process.env.PATH}`;

function exitCodeOf(line) {
  const env = { ...process.env, PATH, SYNCLINE_SERVER: NOBODY, SYNCLINE_TOKEN: "none" };
  return new Promise((done) => execFile("sh", ["-c", line], { env }, (error) => done(error ? error.code : 0)));
}

async function statusOf(server, tenant, line) {
  const [, method, url] = /^curl (?:-X (\w+) )?"([^"]+)"/.exec(line);
  if (method) return 200;
  const answer = await fetch(url, {
    headers: { Authorization: `Bearer ${await server.token(OWNER, tenant)}` },
  });
  return answer.status;
}

/** What is wrong with the lines that the page offers; it has no dialog open. */
export async function tryCommands(page, server) {
  const [, tenant] = /\/t\/([^/?]+)/.exec(page.url());
  await page.getByRole("button", { name: "CLI", exact: true }).click();
  const findings = [];
  for (const line of await page.getByRole("menuitem").locator("code").allInnerTexts()) {
    if (line.startsWith("curl ")) {
      const status = await statusOf(server, tenant, line);
      if (status >= 400) findings.push(`answered with ${status}: ${line}`);
    } else if ((await exitCodeOf(line)) === USAGE) findings.push(`not understood: ${line}`);
  }
  await page.keyboard.press("Escape");
  return findings;
}
