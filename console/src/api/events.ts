import { offline, Problem } from "./problem";
import { tenantHeader } from "./client";
import { EventParser, type ServerEvent } from "./eventParser";

const RETRY_MS = 1500;

/**
 * Follows a stream of events until `onEvent` says it has what it wanted. A broken connection is taken up again after
 * the last event. The browser's own EventSource cannot say in which tenant it asks.
 */
export async function followEvents(
  tenant: string,
  path: string,
  onEvent: (event: ServerEvent) => boolean,
  signal: AbortSignal,
): Promise<void> {
  let last = "";
  while (!signal.aborted) {
    try {
      const response = await fetch(path, {
        signal,
        credentials: "same-origin",
        headers: {
          Accept: "text/event-stream",
          ...tenantHeader(tenant),
          ...(last ? { "Last-Event-ID": last } : {}),
        },
      });
      if (!response.ok)
        throw new Problem(
          response.status,
          (await response.json().catch(() => ({}))) as Record<string, unknown>,
        );
      if (!response.body) throw offline();
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        for (const event of parser.feed(piece.value)) {
          last = event.id || last;
          if (onEvent(event)) return;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.status >= 400 && error.status < 500) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
