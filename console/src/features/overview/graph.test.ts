import { expect, it } from "vitest";
import type { Membership, Pair } from "~/api/types";
import { attentionOf, columnsOf } from "./graph";

const tenant = (id: string, environment: Membership["environment"]): Membership => ({
  id,
  label: id,
  environment,
  role: "OWNER",
});
const pair = (source: string, target: string, more: Partial<Pair> = {}): Pair => ({
  source,
  target,
  releaseId: null,
  releaseName: null,
  lastRunId: "run",
  lastRunAt: "2026-11-25T12:00:00Z",
  sourceRevision: 1,
  behind: 0,
  ahead: 0,
  drifted: 0,
  orphans: 0,
  ...more,
});

it("orders tenants by the way changes travel", () => {
  const columns = columnsOf([
    tenant("p", "production"),
    tenant("b", "development"),
    tenant("a", "development"),
  ]);
  expect(columns.map(({ tenants }) => tenants.map(({ id }) => id))).toEqual([["a", "b"], ["p"]]);
});

it("names what of this tenant's pairs wants somebody", () => {
  const items = attentionOf(
    [pair("dev", "prod", { behind: 2, drifted: 1 }), pair("x", "y", { behind: 9 })],
    "dev",
  );
  expect(items.map(({ what }) => what)).toEqual(["drifted", "behind"]);
});
