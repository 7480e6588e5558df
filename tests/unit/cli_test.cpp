// What the command line shows to people.
#include <gtest/gtest.h>

#include "cli/exit_codes.h"
#include "cli/plan_views.h"
#include "cli/views.h"

namespace syncline::cli {
namespace {

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return std::move(value).value();
}

TEST(Inert, WritesOutWhatWouldSteerATerminal) {
  EXPECT_EQ(inert("a\x1b[31mred\x07"), "a\\x1b[31mred\\x07");
  EXPECT_EQ(inert("line\nnext"), "line\nnext");
  EXPECT_EQ(inert("\xc2\x9b"
                  "31m"),
            "\\xc2\\x9b31m");
  EXPECT_EQ(inert("gpj.\xe2\x80\xae"
                  "exe"),
            "gpj.\\xe2\\x80\\xaeexe");
  EXPECT_EQ(inert("naïve → 日本 ✓"), "naïve → 日本 ✓");
}

const char* const kPlan = R"({"planId":"p1","source":"dev","target":"prod","status":"open","expiresAt":"soon",
  "steps":["tools","agents"],"summary":{"created":1,"updated":1,"unchanged":0,"drifted":0,"conflicts":0,"excluded":0,
  "pruned":0},"orphans":[],"warnings":[],"preflight":{"ok":false,"missingVariables":[{"name":"KEY","usedBy":
  [{"kind":"tools","id":"t","name":"refund"}]}]},"items":[
  {"kind":"tools","sourceId":"t","name":"refund","action":"updated","risks":
   [{"risk":"new_host","detail":"evil.example"}],
   "fields":[{"pointer":"/body/url","op":"changed","before":"https://a","after":"https://evil.example"}]},
  {"kind":"agents","sourceId":"a","name":"Support | <b>","action":"created","because":["agents/Boss"]}]})";

TEST(PlanView, SaysWhatWouldChangeAndWhatIsMissing) {
  const json::Value plan = parsed(kPlan);

  const std::string view = plan_view(plan);

  EXPECT_NE(view.find("~ refund  [risk: new host evil.example]"), std::string::npos) << view;
  EXPECT_NE(view.find("/body/url   https://a → https://evil.example"), std::string::npos);
  EXPECT_NE(view.find("+ Support | <b>  needed by agents/Boss"), std::string::npos);
  EXPECT_NE(view.find("Missing in prod: variable KEY (tools/refund)"), std::string::npos);
  EXPECT_NE(view.find("syncline sync apply p1"), std::string::npos);
  EXPECT_TRUE(has_changes(plan));
  EXPECT_TRUE(is_blocked(plan));
}

TEST(PlanView, InMarkdownNamesStayText) {
  const std::string view = plan_markdown(parsed(kPlan));
  EXPECT_NE(view.find("Support \\| \\<b>"), std::string::npos) << view;
}

TEST(PlanView, InMarkdownRisksAndReasonsStayTextToo) {
  const json::Value plan = parsed(R"({"planId":"p1","items":[{"kind":"tools","name":"t","action":"created",
      "risks":[{"risk":"new_host","detail":"a|b"}],"because":["agents/<b>|x"]}]})");

  const std::string view = plan_markdown(plan);

  EXPECT_NE(view.find("| t | \\[risk: new host a\\|b]  needed by agents/\\<b>\\|x |"), std::string::npos) << view;
}

TEST(PlanView, OfARollbackIsAppliedAsItIs) {
  const std::string view = plan_view(
      parsed(R"({"planId":"p1","kind":"rollback","rollsBack":"r1","status":"open","summary":{"deleted":1}})"));

  EXPECT_NE(view.find("syncline sync apply p1"), std::string::npos) << view;
}

std::string rollback_view(const std::string& summary, const std::string& blocked = "") {
  return plan_view(parsed(R"({"planId":"p1","kind":"rollback","source":"dev","target":"prod","status":"open",
      "summary":)" + summary +
                          R"(,"preflight":{"ok":false,"blocked":[)" + blocked + "]}}"));
}

TEST(PlanView, OfARollbackNeverSaysThatTheTenantsMatch) {
  const std::string of_marks = rollback_view(R"({"restored":0,"deleted":0,"recreated":0,"conflicts":0})");
  EXPECT_NE(of_marks.find("syncline sync apply p1"), std::string::npos) << of_marks;
  EXPECT_EQ(of_marks.find("matches"), std::string::npos);

  const std::string of_conflicts = rollback_view(R"({"restored":0,"deleted":0,"recreated":0,"conflicts":2})");
  EXPECT_NE(of_conflicts.find("Nothing of it can be undone.\n"), std::string::npos) << of_conflicts;
  EXPECT_EQ(of_conflicts.find("sync apply"), std::string::npos);
  EXPECT_EQ(of_conflicts.find("matches"), std::string::npos);
}

TEST(PlanView, OfARollbackThatWouldBeRefusedDoesNotSayToApplyIt) {
  const std::string view = rollback_view(R"({"deleted":1})", R"({"code":"in_use","detail":"Others refer to it."})");

  EXPECT_NE(view.find("Blocked: Others refer to it. (in_use)"), std::string::npos) << view;
  EXPECT_EQ(view.find("sync apply"), std::string::npos);
}

TEST(ReportView, OfWhatFailedSaysWhy) {
  const std::string view = report_view(parsed(R"({"runId":"r","status":"failed","steps":["tools"],
      "problem":{"code":"frozen","detail":"Not now.","until":"later"}})"));

  EXPECT_NE(view.find("Not now. (frozen)\n  until later\n"), std::string::npos) << view;
  EXPECT_EQ(view.find("STEP"), std::string::npos);
}

TEST(ReportView, SaysWhatTheTargetHasOfItsOwn) {
  const std::string view = report_view(parsed(R"({"items":[{"action":"updated","kind":"agents","name":"a",
      "targetId":"t","drifted":true,"overridden":true}]})"));

  EXPECT_NE(view.find("t          drifted, overridden\n"), std::string::npos) << view;
}

TEST(DriftView, KeepsToItsLinesAndSaysWhatMoved) {
  const std::string view = drift_view(parsed(R"({"fields":[
      {"pointer":"/a","state":"target_only","lastSynced":"one\ntwo","target":"x","inTarget":{"op":"changed"}},
      {"pointer":"/b/0","state":"source_only","inSource":{"op":"moved","from":"/b/0","to":"/b/1"}}]})"));

  EXPECT_NE(view.find("/a     target_only  one…"), std::string::npos) << view;
  EXPECT_NE(view.find("moved to /b/1"), std::string::npos) << view;
}

TEST(Fenced, WhateverTheTextHolds) { EXPECT_EQ(fenced("a\n```\n"), "````\na\n```\n````\n"); }

TEST(GraphView, QuotesNames) {
  const json::Value graph = parsed(R"({"nodes":[{"id":"a","kind":"tools","name":"x\"y","action":"created"}],
                                       "edges":[{"from":"a","to":"a"}]})");

  EXPECT_NE(graph_dot(graph).find(R"(label="tools/x\"y\ncreated")"), std::string::npos) << graph_dot(graph);
  EXPECT_NE(graph_mermaid(graph).find("  na[\"tools/x#34;y created\"]\n  na --> na\n"), std::string::npos);
}

TEST(ExitCodes, SayWhatScriptsNeed) {
  EXPECT_EQ(exit_code_of(Error{.kind = ErrorKind::conflict, .code = "plan_stale", .message = ""}), kExitConflict);
  EXPECT_EQ(exit_code_of(Error{.kind = ErrorKind::conflict, .code = "approval_required", .message = ""}),
            kExitApproval);
  EXPECT_EQ(exit_code_of(Error{.kind = ErrorKind::conflict, .code = "frozen", .message = ""}), kExitBlocked);
  EXPECT_EQ(exit_code_of(Error{.kind = ErrorKind::forbidden, .code = "role_required", .message = ""}), kExitNotAllowed);
}

TEST(ExitCodes, OfARunPromiseNothingThatIsNotKnown) {
  EXPECT_EQ(exit_code_of_run(Error{.kind = ErrorKind::internal, .code = "interrupted", .message = ""}),
            kExitNothingDone);
  EXPECT_EQ(exit_code_of_run(Error{.kind = ErrorKind::unavailable, .code = "unreachable", .message = ""}), kExitError);
  EXPECT_EQ(exit_code_of_run(Error{.kind = ErrorKind::unavailable, .code = "commit_unknown", .message = ""}),
            kExitError);
  EXPECT_EQ(exit_code_of_run(Error{.kind = ErrorKind::conflict, .code = "plan_stale", .message = ""}), kExitConflict);
}

// The report of a run that failed names the code without its kind.
TEST(ExitCodes, OfARunAreTheSameWhoeverTellsOfIt) {
  const auto told_later = [](const char* code) {
    return exit_code_of_run(Error{.kind = ErrorKind::internal, .code = code, .message = ""});
  };
  for (const char* code : {"plan_stale", "plan_expired", "plan_used", "edited_since", "in_use", "run_finished",
                           "nothing_to_roll_back", "duplicate", "constraint"}) {
    EXPECT_EQ(told_later(code), exit_code_of_run(Error{.kind = ErrorKind::conflict, .code = code, .message = ""}))
        << code;
  }
  for (const char* code : {"role_required", "target_role_required"}) {
    EXPECT_EQ(told_later(code), exit_code_of_run(Error{.kind = ErrorKind::forbidden, .code = code, .message = ""}))
        << code;
  }
  for (const char* code : {"drift", "prune_blocked", "prune_limit", "frozen", "approval_denied"}) {
    EXPECT_EQ(told_later(code), kExitBlocked) << code;
  }
  EXPECT_EQ(told_later("approval_required"), kExitApproval);
}

}  // namespace
}  // namespace syncline::cli
