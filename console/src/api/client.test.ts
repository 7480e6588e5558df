import { expect, it, vi } from "vitest";
import { call } from "./client";

it("knows the paths, the words and the answers of the API by their types", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response('{"id":"1","name":"Search"}')));
  const tool = await call("acme", "get", "/api/{kind}/{id}", { path: { kind: "tools", id: "1" } });
  expect(tool.name).toBe("Search");
  vi.unstubAllGlobals();
});

/** Never called: each line is a mistake that must not compile. */
export async function mistakes(): Promise<void> {
  // @ts-expect-error there is no such path
  await call("acme", "get", "/api/nothing");
  // @ts-expect-error this path is only read
  await call("acme", "post", "/api/tenant/sync/matrix");
  // @ts-expect-error the id is missing
  await call("acme", "get", "/api/{kind}/{id}", { path: { kind: "tools" } });
  // @ts-expect-error there is no such kind
  await call("acme", "get", "/api/{kind}", { path: { kind: "tool" } });
  const path = { id: "1" };
  // @ts-expect-error a plan that is read takes no parameters
  await call("acme", "get", "/api/tenant/sync/plans/{id}", { path, query: { include: "unchanged" } });
  // @ts-expect-error a new release has a name
  await call("acme", "post", "/api/tenant/sync/releases", { body: { note: "n" } });
  // @ts-expect-error a release has no such member
  await call("acme", "post", "/api/tenant/sync/releases", { body: { name: "n", comment: "c" } });
  // @ts-expect-error deleting a key takes no such header
  await call("acme", "delete", "/api/tenant/apiKeys/{id}", { path, headers: { "If-Match": "1" } });
  // @ts-expect-error the figures have no such name
  (await call("acme", "get", "/api/tenant/sync/matrix")).pairs[0]?.missing;
}
