// Compresses what Vite built and lists it: the server embeds dist/ by dist/manifest.json and serves the bytes as they
// are. Fails when the console has become heavier than it may be.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { constants, gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url).pathname;
const KIB = 1024;
const FIRST_SCREEN_LIMIT = 230 * KIB;
const TOTAL_LIMIT = 450 * KIB;
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

function filesOf(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
}

// index.html stays readable, since the server puts a nonce into it.
function pack(path) {
  const bytes = readFileSync(path);
  const name = relative(dist, path);
  const immutable = name.startsWith("assets/");
  const entry = {
    path: `/${name}`,
    file: name,
    type: TYPES[extname(name)],
    encoding: null,
    size: bytes.length,
    immutable,
  };
  if (!entry.type) throw new Error(`${name}: no media type is known for it`);
  entry.sha256 = createHash("sha256").update(bytes).digest("hex");
  if (extname(name) === ".html") return { ...entry, packed: gzipSync(bytes, { level: 9 }).length };
  const packed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(`${path}.gz`, packed);
  rmSync(path);
  return { ...entry, file: `${name}.gz`, encoding: "gzip", packed: packed.length };
}

const entries = filesOf(dist).sort().map(pack);
const page = readFileSync(join(dist, "index.html"), "utf8");
const first = entries.filter((entry) => entry.path === "/index.html" || page.includes(entry.path));
const sum = (list) => list.reduce((total, entry) => total + entry.packed, 0);
const inKib = (bytes) => `${(bytes / KIB).toFixed(1)} KiB`;

writeFileSync(join(dist, "manifest.json"), `${JSON.stringify({ files: entries }, null, 1)}\n`);
console.log(
  `console: first screen ${inKib(sum(first))} of ${inKib(FIRST_SCREEN_LIMIT)},` +
    ` all ${inKib(sum(entries))} of ${inKib(TOTAL_LIMIT)}, compressed`,
);
if (sum(first) > FIRST_SCREEN_LIMIT || sum(entries) > TOTAL_LIMIT) {
  for (const entry of entries) console.error(`  ${inKib(entry.packed).padStart(10)}  ${entry.path}`);
  throw new Error("the console is heavier than it may be");
}
