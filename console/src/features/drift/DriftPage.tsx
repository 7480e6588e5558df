export function DriftPage() {
  return null;
}
