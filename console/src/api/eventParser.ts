export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Takes text as it arrives and gives the events that are complete (the text/event-stream format). */
export class EventParser {
  private rest = "";
  private event: ServerEvent = { id: "", event: "message", data: "" };

  feed(text: string): ServerEvent[] {
    const all = this.rest + text;
    // What comes next may be the other half of this end of a line.
    const half = all.endsWith("\r") ? "\r" : "";
    const lines = all.slice(0, all.length - half.length).split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? "") + half;
    const complete: ServerEvent[] = [];
    for (const line of lines) {
      if (line === "") {
        if (this.event.data !== "") complete.push({ ...this.event, data: this.event.data.replace(/\n$/, "") });
        this.event = { id: this.event.id, event: "message", data: "" };
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") this.event.data += `${value}\n`;
      else if (field === "event") this.event.event = value;
      else if (field === "id") this.event.id = value;
    }
    return complete;
  }
}
