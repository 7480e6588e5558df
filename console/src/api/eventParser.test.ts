import { expect, it } from "vitest";
import { EventParser } from "./eventParser";

it("gives events that are complete, however the text is cut", () => {
  const text =
    ': hello\n\nid: 7\nevent: progress\ndata: {"done":1}\n\nid: 8\r\ndata: a\r\ndata: b\r\n\r\ndata: not yet';
  for (let size = 1; size <= text.length; size += 1) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...parser.feed(text.slice(at, at + size)));
    expect(events).toEqual([
      { id: "7", event: "progress", data: '{"done":1}' },
      { id: "8", event: "message", data: "a\nb" },
    ]);
  }
});
