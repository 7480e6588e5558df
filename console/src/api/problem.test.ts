import { expect, it } from "vitest";
import { adviceFor, Problem, problemOf } from "./problem";

it("keeps what this kind of problem alone has", () => {
  const problem = problemOf(
    409,
    '{"code":"frozen","detail":"Not now.","until":"2026-12-01T00:00:00Z","requestId":"r"}',
  );
  expect([problem.code, problem.message, problem.requestId]).toEqual(["frozen", "Not now.", "r"]);
  expect(problem.members.until).toBe("2026-12-01T00:00:00Z");
  expect(adviceFor(problem).todo).toContain("after the window");
});

it("takes what a proxy answers for the server", () => {
  const problem = problemOf(502, "<html>Bad Gateway</html>");
  expect([problem.status, problem.code]).toEqual([502, "unknown"]);
  expect(adviceFor(problem).title).toBe("The server failed");
});

it("has advice for a code it does not know, by its status", () => {
  expect(adviceFor(new Problem(404, {})).title).toBe("Not here");
  expect(adviceFor(new Problem(500, {})).title).toBe("The server failed");
  expect(adviceFor(new Problem(418, { code: "teapot" })).title).toBe("That did not work");
});
