export type TokenClass = "name" | "text" | "number" | "mark";
export interface Token {
  kind: TokenClass | null;
  text: string;
}

const JSON_TOKEN = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)|([{}[\],])/g;

/** The parts of a text of JSON, for its colours. What is not JSON stays plain. */
export function jsonTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let last = 0;
  const put = (kind: TokenClass | null, part: string) => part && tokens.push({ kind, text: part });
  for (const match of text.matchAll(JSON_TOKEN)) {
    put(null, text.slice(last, match.index));
    const [whole, string, colon, number, mark] = match;
    if (string !== undefined) {
      put(colon === undefined ? "text" : "name", string);
      put("mark", colon ?? "");
    } else put(number !== undefined ? "number" : "mark", number ?? mark ?? "");
    last = match.index + whole.length;
  }
  put(null, text.slice(last));
  return tokens;
}
