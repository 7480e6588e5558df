import { EventParser, type ServerEvent } from "./eventParser";
import { asProblem } from "./problem";

const RETRY_MS = 1500;

/**
 * Follows a stream of events until `onEvent` says it has what it wanted, or until the server has no more. A broken
 * connection is taken up again after the last event. The browser's own EventSource cannot say in which tenant it asks.
 */
export async function followEvents(
  open: (headers: { "Last-Event-ID"?: string }) => Promise<Response>,
  onEvent: (event: ServerEvent) => boolean,
  signal: AbortSignal,
): Promise<void> {
  let last = "";
  while (!signal.aborted) {
    try {
      const response = await open(last ? { "Last-Event-ID": last } : {});
      if (!response.body) return;
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
      const { status } = asProblem(error);
      if (status >= 400 && status < 500) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
