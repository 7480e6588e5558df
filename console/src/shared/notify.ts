import { adviceFor, asProblem } from "~/api/problem";

// What shows them comes with the first of them.
const center = () => import("@mantine/notifications");

/** For actions without a place of their own to show what went wrong. */
export function notifyProblem(error: unknown): void {
  const problem = asProblem(error);
  const fields = problem.errors.map((field) => `${field.pointer}: ${field.detail}`).join(" ");
  void center().then(({ notifications }) =>
    notifications.show({
      color: "red",
      title: adviceFor(problem).title,
      message: `${problem.detail} ${fields}`.trim(),
    }),
  );
}

export function notifyDone(message: string): void {
  void center().then(({ notifications }) => notifications.show({ color: "petrol", message, autoClose: 4000 }));
}
