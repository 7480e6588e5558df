import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "~/api/problem";

/** A refusal stays a refusal: only what may pass by itself is tried again. */
function mayPass(failures: number, error: unknown): boolean {
  const { status } = asProblem(error);
  return failures < 2 && (status === 0 || status === 429 || status === 503);
}

/** How often a page that is looked at asks what others changed. One that nobody sees asks when it is seen again. */
const ASK_AGAIN_MS = 20_000;

/** A list that was paged through is not read again from its start behind a reader's back. */
function pagesShown(data: unknown): number {
  return typeof data === "object" && data !== null && "pages" in data ? (data.pages as unknown[]).length : 1;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: mayPass,
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      refetchInterval: ({ state }) => (pagesShown(state.data) > 1 ? false : ASK_AGAIN_MS),
    },
  },
});
