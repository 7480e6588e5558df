declare const __API_PATHS__: string[];

const paths = new Set(__API_PATHS__);

/** Whether the API has a path, written as in its description. */
export function serves(path: string): boolean {
  return paths.has(path);
}
