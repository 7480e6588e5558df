// A server of its own for the console's tests, on SQLite or, with SYNCLINE_E2E_DATABASE=postgres, on a new database of
// the PostgreSQL that SYNCLINE_TEST_POSTGRES names; and the people, tenants and resources that the stories are about.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const BINARY = process.env.SYNCLINE_BINARY ?? "build/syncline";
const POSTGRES = process.env.SYNCLINE_TEST_POSTGRES ?? "";
export const ON_POSTGRES = process.env.SYNCLINE_E2E_DATABASE === "postgres";
export const CAN_RUN = !ON_POSTGRES || POSTGRES !== "";
export const PASSWORD = "a password for tests";
export const OWNER = "owner@acme.test";
export const APPROVER = "approver@acme.test";
export const VIEWER = "viewer@acme.test";

const HOLD_SQLITE = `
import sqlite3, sys
sqlite3.connect(sys.argv[1], isolation_level=None).execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
`;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Server {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "syncline-console-"));
    this.data = join(this.folder, "data");
    this.environment = { ...process.env, SYNCLINE_RUN_LEASE_MS: "3000" };
    this.tokens = new Map();
    if (ON_POSTGRES) {
      const name = `console_${process.pid}_${Date.now()}`;
      execFileSync("psql", ["-qX", POSTGRES, "-c", `CREATE DATABASE ${name}`]);
      this.environment.SYNCLINE_DATABASE = POSTGRES.replace("///postgres?", `///${name}?`);
    }
  }

  async start() {
    await this.begin();
    this.bootstrap();
  }

  /** With nobody in it. */
  async begin() {
    this.url = `http://127.0.0.1:${await this.serve("0")}`;
  }

  /** The first tenant and its owner. */
  bootstrap() {
    const made = execFileSync(
      BINARY,
      ["bootstrap", "--data", this.data, "--tenant", "acme-dev", "--email", OWNER, "--password-stdin"],
      { input: PASSWORD, env: this.environment },
    );
    this.tokens.set(`${OWNER} acme-dev`, JSON.parse(made).token);
  }

  /** Gives the port that it listens on. */
  async serve(port) {
    const portFile = join(this.folder, "port");
    rmSync(portFile, { force: true });
    const log = openSync(join(this.folder, "log"), "a");
    this.process = spawn(
      BINARY,
      ["serve", "--data", this.data, "--listen", `127.0.0.1:${port}`, "--port-file", portFile],
      {
        env: this.environment,
        stdio: ["ignore", log, log],
      },
    );
    for (let tries = 0; !existsSync(portFile) || readFileSync(portFile, "utf8") === ""; tries += 1) {
      if (this.process.exitCode !== null || tries > 1200)
        throw new Error(`the server did not start: ${this.log()}`);
      await pause(50);
    }
    return readFileSync(portFile, "utf8").trim();
  }

  /** Away for a while, at the same address afterwards; by SIGKILL it drops what it does. */
  async halt(signal = "SIGTERM") {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill(signal);
    await new Promise((resolve) => this.process.once("exit", resolve));
  }

  async resume() {
    await this.serve(new URL(this.url).port);
  }

  /** With other settings from now on; undefined takes one back. */
  async restart(settings) {
    await this.halt();
    for (const [name, value] of Object.entries(settings)) {
      if (value === undefined) delete this.environment[name];
      else this.environment[name] = value;
    }
    await this.resume();
  }

  /** Keeps every other writer waiting: on PostgreSQL at the resources, on SQLite at all of the database. */
  async hold() {
    const [program, ...rest] = ON_POSTGRES
      ? ["psql", "-qAtX", this.environment.SYNCLINE_DATABASE]
      : ["python3", "-c", HOLD_SQLITE, join(this.data, "syncline.db")];
    const holder = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise((resolve) => holder.once("exit", resolve));
    if (ON_POSTGRES) holder.stdin.write("BEGIN; LOCK TABLE resources IN EXCLUSIVE MODE; SELECT 'held';\n");
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    return {
      release: () => {
        holder.stdin.end();
        return ended;
      },
    };
  }

  log() {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  async stop() {
    if (this.process) await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async token(email, tenant) {
    const key = `${email} ${tenant}`;
    if (!this.tokens.has(key)) {
      const answer = await fetch(`${this.url}/api/auth/login`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email, password: PASSWORD, tenantId: tenant }),
      });
      this.tokens.set(key, (await answer.json()).token);
    }
    return this.tokens.get(key);
  }

  /** A call as somebody in a tenant; anything but success is an error. */
  async call(tenant, method, path, body, { email = OWNER, type = "application/json", headers = {} } = {}) {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${await this.token(email, tenant)}`,
        ...(body === undefined ? {} : { "Content-Type": type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  async create(tenant, kind, name, body, more = {}) {
    return (await this.call(tenant, "POST", `/api/${kind}`, { name, body, ...more })).id;
  }
}

/** A name that would run, were it ever taken for markup. */
export const HOSTILE = `Escalate <img src=x onerror="alert(1)"> \u202Egnirts`;

/** Three tenants, four people, and a workspace with every kind. Gives the ids by a short name. */
export async function seed(server) {
  const dev = (method, path, body) => server.call("acme-dev", method, path, body);
  await dev("PATCH", "/api/tenant", { label: "Acme development" });
  await dev("POST", "/api/tenants", { id: "acme-staging", label: "Acme staging", environment: "staging" });
  await dev("POST", "/api/tenants", { id: "acme-prod", label: "Acme production", environment: "production" });
  for (const tenant of ["acme-dev", "acme-staging", "acme-prod"]) {
    for (const [email, role, displayName] of [
      [APPROVER, "ADMIN", "Ada Approver"],
      [VIEWER, "VIEWER", "Vera Viewer"],
    ]) {
      const password = tenant === "acme-dev" ? { password: PASSWORD } : {};
      await server.call(tenant, "POST", "/api/tenant/accounts", { email, role, displayName, ...password });
    }
  }
  const made = {};
  const create = async (key, kind, name, body, more) =>
    (made[key] = await server.create("acme-dev", kind, name, body, more));
  await create(
    "handbook",
    "documents",
    "Handbook",
    { fileName: "handbook.md" },
    { description: "How support works" },
  );
  await server.call("acme-dev", "PUT", `/api/documents/${made.handbook}/content`, "# Handbook\n", {
    type: "text/markdown",
  });
  await create("crm", "connections", "CRM", {
    type: "http",
    baseUrl: "https://${vars.CRM_HOST}/v2",
    timeoutMs: 10000,
  });
  await dev("PUT", `/api/connections/${made.crm}/credentials`, {
    apiKey: "${vars.CRM_TOKEN}",
    clientSecret: "a-literal",
  });
  await create("knowledge", "knowledgeBases", "Support knowledge", {
    documents: [{ documentId: made.handbook }],
    embedding: { provider: "demo", model: "hashed-words", dimensions: 32 },
  });
  await create(
    "ticket",
    "tools",
    "create_ticket",
    {
      type: "http",
      method: "POST",
      path: "/tickets",
      connectionId: made.crm,
    },
    { description: "Opens a ticket in the CRM" },
  );
  await dev("POST", `/api/tools/${made.ticket}/publish`, { note: "first" });
  await create("search", "tools", "search_knowledge", {
    type: "rag",
    knowledgeBaseIds: [made.knowledge],
    topK: 4,
  });
  await create("escalate", "workflows", HOSTILE, {
    steps: [
      { id: "ask", type: "collect-inputs" },
      { id: "open", type: "call-tool", toolId: made.ticket },
    ],
  });
  await create("billing", "agents", "Billing", {
    type: "default",
    model: "gpt-4o",
    prompt: "You answer questions about invoices.\nBe short.",
    tools: [{ toolId: made.ticket }],
    workflows: [{ workflowId: made.escalate }],
  });
  const supervisor = (model) => ({
    type: "supervisor",
    model,
    prompt: "Give invoices to Billing, answer the rest.\nAlways be kind.",
    subAgents: [{ agentId: made.billing }],
    tools: [{ toolId: made.search }],
  });
  await create("supervisor", "agents", "Support supervisor", supervisor("gpt-4o-mini"), {
    description: "Answers customers",
  });
  await dev("POST", `/api/agents/${made.supervisor}/publish`, { note: "a small model" });
  await dev("PATCH", `/api/agents/${made.supervisor}`, { body: supervisor("gpt-4o") });
  await dev("POST", `/api/agents/${made.supervisor}/publish`, { note: "a larger one" });
  await create("answers", "evaluations", "Support answers", {
    agents: [{ agentId: made.supervisor, version: "published" }],
    cases: [{ input: "Where is my invoice?", expected: "The billing page." }],
  });
  // Not synced, and used by nothing that is: for lists that look like lists.
  for (const [kind, name, body, description] of [
    ["agents", "Onboarding", { type: "default", model: "gpt-4o-mini" }, "Welcomes new customers"],
    ["agents", "Returns desk", { type: "default", model: "gpt-4o-mini" }, "Labels, refunds, exchanges"],
    ["agents", "Shift planner", { type: "default", model: "gpt-4o" }, "Knows who is on call"],
    ["tools", "track_parcel", { type: "http", method: "GET", path: "/parcels" }, "Asks the carrier"],
    ["documents", "Price list", { fileName: "prices.csv" }, "From the first of the month"],
  ]) {
    await server.create("acme-dev", kind, name, body, { description });
  }
  await dev("PUT", "/api/tenant/variables/CRM_TOKEN", { value: "dev-token" });
  await dev("PUT", "/api/tenant/variables/CRM_HOST", { value: "crm.dev.test" });
  await server.call("acme-staging", "PUT", "/api/tenant/variables/CRM_HOST", { value: "crm.staging.test" });
  return made;
}
