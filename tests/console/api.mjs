// What the API has that the binary was built with: a story or a page of something else is passed over.
import { readFileSync } from "node:fs";

const { paths } = JSON.parse(readFileSync(new URL("../../api/openapi.json", import.meta.url), "utf8"));

export const serves = (path) => path in paths;

/** A story that takes these paths. */
export function needs(wanted, story) {
  return Object.assign(story, { lacks: wanted.find((path) => !serves(path)) });
}
