import { describe, expect, it } from "vitest";
import type { Kind } from "~/api/types";
import { layout, type GraphItem } from "./layout";

const item = (id: string, kind: Kind = "tools"): GraphItem => ({ id, kind, name: id });

describe("layout", () => {
  it("puts what is used left of what uses it", () => {
    const { places } = layout(
      [item("agent"), item("tool"), item("crm")],
      [
        { from: "agent", to: "tool" },
        { from: "tool", to: "crm" },
      ],
    );
    expect(places.get("crm")!.x).toBeLessThan(places.get("tool")!.x);
    expect(places.get("tool")!.x).toBeLessThan(places.get("agent")!.x);
  });

  it("takes circles, loops and edges that lead outside", () => {
    const { places } = layout(
      [item("a"), item("b")],
      [
        { from: "a", to: "b" },
        { from: "b", to: "a" },
        { from: "a", to: "a" },
        { from: "a", to: "elsewhere" },
      ],
    );
    expect(places.size).toBe(2);
  });

  it("places no two at the same spot", () => {
    const items = Array.from({ length: 60 }, (_, index) => item(`n${index}`));
    const edges = items.slice(1).map(({ id }, index) => ({ from: id, to: `n${index >> 1}` }));
    const spots = new Set([...layout(items, edges).places.values()].map(({ x, y }) => `${x} ${y}`));
    expect(spots.size).toBe(60);
  });

  it("stacks thousands by kind, in no time", () => {
    const kinds: Kind[] = ["documents", "tools", "agents"];
    const items = Array.from({ length: 3000 }, (_, index) => item(`n${index}`, kinds[index % 3]));
    const edges = items.slice(1).map(({ id }, index) => ({ from: id, to: `n${index}` }));
    const started = performance.now();
    const { places } = layout(items, edges);
    expect(performance.now() - started).toBeLessThan(500);
    expect(new Set([...places.values()].map(({ x }) => x)).size).toBe(3);
  });
});
