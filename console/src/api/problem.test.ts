import { expect, it } from "vitest";
import { adviceFor, Problem } from "./problem";

it("keeps what this kind of problem alone has", () => {
  const problem = new Problem(409, {
    code: "plan_stale",
    detail: "It moved.",
    moved: [{ id: "1" }],
    requestId: "r",
  });
  expect([problem.code, problem.message, problem.requestId]).toEqual(["plan_stale", "It moved.", "r"]);
  expect(problem.extra).toEqual({ moved: [{ id: "1" }] });
  expect(adviceFor(problem).todo).toContain("Plan again");
});

it("has advice for a code it does not know, by its status", () => {
  expect(adviceFor(new Problem(404, {})).title).toBe("Not here");
  expect(adviceFor(new Problem(500, {})).title).toBe("The server failed");
  expect(adviceFor(new Problem(418, { code: "teapot" })).title).toBe("That did not work");
});
