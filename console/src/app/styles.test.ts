import { expect, it } from "vitest";

const sources = import.meta.glob<string>("../**/*.tsx", { query: "?raw", import: "default", eager: true });
const brought = Object.values(
  import.meta.glob<string>("./*styles.ts", { query: "?raw", import: "default", eager: true }),
).join();
const styled = Object.keys(import.meta.glob("../../node_modules/@mantine/core/styles/*.css"));

/** The components of Mantine that the console names. */
function componentsInUse(): Set<string> {
  const imports = /import \{([^}]+)\} from "@mantine\/core"/g;
  const lists = Object.values(sources).flatMap((text) => [...text.matchAll(imports)].map(([, list]) => list!));
  return new Set(lists.flatMap((list) => list.split(",")).map((name) => name.trim()));
}

it("brings the styles of each component in use", () => {
  const used = componentsInUse();
  const names = styled.map((path) => /([^/]+)\.css$/.exec(path)![1]!).filter((name) => used.has(name));
  expect(names).toContain("Button");
  expect(names.filter((name) => !brought.includes(`/styles/${name}.css"`))).toEqual([]);
});
