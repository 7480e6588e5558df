import { notFound, useParams } from "@tanstack/react-router";
import { KINDS, type Kind } from "~/api/types";

export function useKind(): Kind {
  const { kind } = useParams({ strict: false }) as { kind?: string };
  if (!KINDS.includes(kind as Kind)) throw notFound();
  return kind as Kind;
}
