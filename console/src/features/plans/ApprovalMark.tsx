import type { Approval } from "~/api/types";
import { Mark, type Tone } from "~/shared/Mark";

const LOOKS: Record<Approval["status"], { tone: Tone; glyph: string; word: string }> = {
  pending: { tone: "drift", glyph: "…", word: "waiting" },
  approved: { tone: "create", glyph: "✓", word: "approved" },
  denied: { tone: "blocked", glyph: "×", word: "denied" },
  expired: { tone: "neutral", glyph: "–", word: "expired" },
};

export function ApprovalMark({ status }: { status: Approval["status"] }) {
  const { word, ...look } = LOOKS[status];
  return <Mark {...look}>{word}</Mark>;
}
