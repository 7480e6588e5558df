import { afterEach, expect, it, vi } from "vitest";
import { addressOf, onSignedOut, request } from "./http";
import { asProblem } from "./problem";

afterEach(() => vi.unstubAllGlobals());

const answering = (status: number, text: string) => {
  const sent = vi.fn((..._: Parameters<typeof fetch>) => Promise.resolve(new Response(text, { status })));
  vi.stubGlobal("fetch", sent);
  return sent;
};

it("puts values into a path and leaves out what is not asked for", () => {
  expect(
    addressOf("/api/{kind}/{id}", {
      path: { kind: "tools", id: "a/b" },
      query: { q: "x y", limit: 3, cursor: undefined },
    }),
  ).toBe("/api/tools/a%2Fb?q=x+y&limit=3");
  expect(addressOf("/api/me", { query: { q: "" } })).toBe("/api/me");
});

it("says in which tenant, and what it sends", async () => {
  const sent = answering(200, "{}");
  await request("acme", "patch", "/api/tenant", { body: { label: "A" }, headers: { "If-Match": '"1"' } });
  expect(sent).toHaveBeenCalledWith("/api/tenant", {
    method: "PATCH",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "x-tenant-id": "acme", "If-Match": '"1"' },
    body: '{"label":"A"}',
  });
});

it("throws a refusal, and tells when nobody is signed in", async () => {
  const told = vi.fn();
  const end = onSignedOut(told);
  answering(401, '{"code":"unauthenticated","detail":"Sign in."}');
  const refused = await request(null, "get", "/api/me").catch(asProblem);
  expect(refused).toMatchObject({ status: 401, code: "unauthenticated" });
  expect(told).toHaveBeenCalledOnce();
  answering(401, '{"code":"invalid_credentials"}');
  await request(null, "post", "/api/auth/login").catch(() => undefined);
  expect(told).toHaveBeenCalledOnce();
  end();
});

it("says that the server cannot be reached", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no route")));
  const lost = await request(null, "get", "/api/me").catch(asProblem);
  expect(lost).toMatchObject({ status: 0, code: "offline" });
});
