import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "~/api/problem";

/** A refusal stays a refusal: only what may pass by itself is tried again. */
function mayPass(failures: number, error: unknown): boolean {
  const { status } = asProblem(error);
  return failures < 2 && (status === 0 || status === 429 || status === 503);
}

export const queries = new QueryClient({
  defaultOptions: { queries: { retry: mayPass, staleTime: 5_000, refetchOnWindowFocus: true } },
});
