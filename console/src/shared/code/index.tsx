import { Skeleton } from "@mantine/core";
import { lazy, Suspense, type ComponentProps } from "react";

const LazyEditor = lazy(() => import("./JsonEditor"));
const LazyDiff = lazy(() => import("./TextDiff"));

/** The editor is heavy, so it comes when it is first wanted. */
export function JsonEditor(props: ComponentProps<typeof LazyEditor>) {
  return (
    <Suspense fallback={<Skeleton height={220} />}>
      <LazyEditor {...props} />
    </Suspense>
  );
}

export function TextDiff(props: ComponentProps<typeof LazyDiff>) {
  return (
    <Suspense fallback={<Skeleton height={160} />}>
      <LazyDiff {...props} />
    </Suspense>
  );
}
