import { expect, it, vi } from "vitest";
import { followEvents } from "./events";
import { Problem } from "./problem";

const stream = (text: string) => Promise.resolve(new Response(text));

it("takes a broken stream up again after the last event", async () => {
  vi.useFakeTimers();
  const asked: unknown[] = [];
  const answers = ["id: 1\nevent: progress\ndata: a\n\n", "id: 2\nevent: finished\ndata: b\n\n"];
  const seen: string[] = [];
  const followed = followEvents(
    (headers) => {
      asked.push(headers);
      return stream(answers[asked.length - 1]!);
    },
    ({ event, data }) => seen.push(data) > 0 && event === "finished",
    new AbortController().signal,
  );
  await vi.runAllTimersAsync();
  await followed;
  vi.useRealTimers();
  expect(asked).toEqual([{}, { "Last-Event-ID": "1" }]);
  expect(seen).toEqual(["a", "b"]);
});

it("ends when the server has no more, and when it refuses", async () => {
  const never = new AbortController().signal;
  await followEvents(
    () => Promise.resolve(new Response(null, { status: 204 })),
    () => false,
    never,
  );
  await expect(
    followEvents(
      () => Promise.reject(new Problem(404, {})),
      () => false,
      never,
    ),
  ).rejects.toMatchObject({ status: 404 });
});
