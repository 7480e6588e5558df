/** What an entry of the audit says besides its action: "version 3", "syncable: false → true". */
export function detailsInWords(details: Record<string, unknown> | undefined): string {
  return Object.entries(details ?? {})
    .map(([name, value]) => `${name}: ${valueInWords(value)}`)
    .join(", ");
}

function valueInWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueInWords).join(" and ");
  if (typeof value !== "object" || value === null) return String(value ?? "none");
  if ("from" in value && "to" in value) return `${valueInWords(value.from)} → ${valueInWords(value.to)}`;
  return JSON.stringify(value);
}
