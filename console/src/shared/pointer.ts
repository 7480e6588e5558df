/** "/body/tools/0/toolId" as a person reads it: "tools › 1 › toolId". */
export function readablePointer(pointer: string): string {
  const parts = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const shown = parts[0] === "body" && parts.length > 1 ? parts.slice(1) : parts;
  return shown.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part)).join(" › ") || "all of it";
}

/** A value that deserves lines of its own: code, prompts, anything long. */
export function isLong(value: unknown): boolean {
  return typeof value === "string"
    ? value.includes("\n") || value.length > 90
    : JSON.stringify(value ?? null).length > 90;
}

export function asText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
