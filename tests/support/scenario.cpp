#include "support/scenario.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "planning/sync_id.h"
#include "support/api_shapes.h"
#include "support/world.h"
#include "upkeep/sweep.h"

namespace syncline::test {
namespace {

// The first line of two dumps that is not the same.
std::string first_difference(const std::string& before, const std::string& after) {
  std::istringstream left(before);
  std::istringstream right(after);
  std::string was;
  std::string is;
  while (std::getline(left, was) && std::getline(right, is) && was == is) {
  }
  return was + "\n  now: " + is;
}

// Tables that hold nothing of a tenant's own: a plan is a kept computation, and it is audited when it becomes a run; a
// key stands for a run, which is audited when it commits. The driver marks its commits.
const std::set<std::string> kKept = {"plans", "idempotency_keys", "commit_markers"};
// Besides, what webhooks are told is said of something else: of a run, or of a plan that waits for approval.
const std::set<std::string> kUnaudited = {"plans", "idempotency_keys", "commit_markers", "webhook_deliveries"};

// The first word, and the rest.
std::pair<std::string, std::string> split_word(const std::string& text) {
  const std::size_t end = text.find(' ');
  if (end == std::string::npos) return {text, ""};
  const std::size_t next = text.find_first_not_of(' ', end);
  return {text.substr(0, end), next == std::string::npos ? "" : text.substr(next)};
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// RFC 6901; nullptr where there is nothing.
const json::Value* find(const json::Value& value, const std::string& pointer) {
  const json::Value* at = &value;
  std::istringstream in(pointer);
  std::string part;
  std::getline(in, part, '/');
  while (at != nullptr && std::getline(in, part, '/')) {
    const json::Array* array = at->array();
    if (array == nullptr) {
      at = at->at(part);
      continue;
    }
    std::size_t index = array->size();
    std::from_chars(part.data(), part.data() + part.size(), index);
    at = index < array->size() ? &(*array)[index] : nullptr;
  }
  return at;
}

class Scenario {
 public:
  Scenario(Engine engine, Mode mode) : mode_(mode), world_(engine) {}

  const std::set<std::string>& changed() const { return changed_; }

  // What `syncline doctor` would complain about.
  std::string damage() {
    const auto examined = upkeep::examine(world_.services());
    if (!examined.ok()) return "its data cannot be examined: " + examined.error().context;
    const upkeep::Findings& found = examined.value();
    if (found.all_well()) return "";
    return "the scenario leaves damage: " + std::to_string(found.stray_parts) + " stray parts, " +
           std::to_string(found.missing_bodies) + " missing bodies, " + std::to_string(found.missing_blobs) +
           " missing blobs, " + std::to_string(found.wrong_blobs) + " wrong blobs, " +
           std::to_string(found.incomplete_lineages) + " incomplete lineages";
  }

  void run(const std::string& line) {
    const auto [verb, rest] = split_word(line);
    const auto found = kVerbs.find(verb);
    if (found == kVerbs.end()) throw std::runtime_error("the verb " + verb + " is not known");
    (this->*found->second)(substitute(rest));
  }

 private:
  using Verb = void (Scenario::*)(const std::string&);
  static const std::map<std::string, Verb> kVerbs;

  std::string substitute(const std::string& text) const {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      std::size_t end = i + 1;
      while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0) ++end;
      const auto kept = text[i] == '$' ? kept_.find(text.substr(i + 1, end - i - 1)) : kept_.end();
      if (kept == kept_.end()) {
        out += text[i++];
      } else {
        out += kept->second;
        i = end;
      }
    }
    return out;
  }

  void covers(const std::string&) {}
  void tenant(const std::string& rest) {
    for (const std::string& id : words_of(rest)) world_.add_tenant(id);
  }
  void member(const std::string& rest) {
    const auto words = words_of(rest);
    world_.add_member(words.at(0), words.at(1), words.at(2));
  }
  void as(const std::string& rest) {
    const auto words = words_of(rest);
    name_ = words.at(0);
    tenant_ = words.at(1);
  }
  void with(const std::string& rest) {
    const std::size_t colon = rest.find(": ");
    headers_.push_back({rest.substr(0, colon), rest.substr(colon + 2)});
  }

  void later(const std::string& rest) { world_.let_pass(std::stoll(rest) * 60 * 60 * 1000); }

  void ask(const std::string& rest) {
    const auto [method, after] = split_word(rest);
    const auto [target, body] = split_word(after);
    const Ask ask{.method = method, .target = target, .body = body, .headers = std::move(headers_)};
    headers_.clear();
    const bool writes = method != "GET" && target.find("/auth/") == std::string::npos;
    if (mode_ == Mode::faults && writes)
      answer_ = send_through_failures(ask);
    else if (method != "GET")
      answer_ = send_audited(ask);
    else
      answer_ = send(ask);
  }

  Answer send_audited(const Ask& ask) {
    if (name_ != "nobody") (void)world_.token(name_, tenant_);
    const std::string before = world_.dump(kUnaudited);
    const std::int64_t rows = world_.count_audit_rows();
    Answer answer = send(ask);
    const std::string after = world_.dump(kUnaudited);
    if (after == before) return answer;
    const std::int64_t added = world_.count_audit_rows() - rows;
    const bool fits = answer.status < 300 ? added == 1 : added <= 1;  // What failed may be remembered, too.
    require(fits,
            ask.method + " " + ask.target + " changed something and wrote " + std::to_string(added) +
                " audit rows: its verb must call audit::record (src/audit/record.h) exactly once; the first row was " +
                first_difference(before, after));
    const http::Route* route = find_route(ask.method, ask.target.substr(0, ask.target.find('?')));
    require(route != nullptr, "what changes something has a route");
    changed_.insert(ask.method + " " + std::string(route->pattern));
    return answer;
  }

  Answer send(const Ask& ask) { return name_ == "nobody" ? world_.send(ask) : world_.send(ask, name_, tenant_); }

  // The answer of the first time that no statement failed. A refusal stays one when what fails is its trace in the
  // history, which is kept when it can be.
  Answer send_through_failures(const Ask& ask) {
    constexpr int kMost = 500;
    if (name_ != "nobody") (void)world_.token(name_, tenant_);
    const std::string before = world_.dump(kKept);
    std::optional<std::string> refusal;
    for (int n = 1; n <= kMost; ++n) {
      world_.database().fail_at(n);
      Answer answer = send(ask);
      const bool struck = !world_.database().armed();
      world_.database().fail_at(0);
      const std::string code = answer.value.text_at("code");
      if (!struck) {
        require(refusal.value_or(code) == code, "with a statement failing, the answer is " + *refusal);
        return answer;
      }
      const std::string where = "with statement " + std::to_string(n) + " failing, ";
      require(answer.status >= 400, where + "the answer is " + answer.text);
      if (code != "injected_fault") refusal = code;
      const std::string after = world_.dump(kKept);
      require(after == before, where + "rows have changed: " + first_difference(before, after));
    }
    throw std::runtime_error("a request of more than 500 statements");
  }

  void status(const std::string& rest) {
    const auto words = words_of(rest);
    require(std::to_string(answer_.status) == words.at(0), "status is " + std::to_string(answer_.status));
    if (words.size() > 1)
      require(answer_.value.text_at("code") == words[1], "code is " + answer_.value.text_at("code"));
  }
  void keep(const std::string& rest) {
    const auto [name, pointer] = split_word(rest);
    const json::Value* value = find(answer_.value, pointer);
    require(value != nullptr, "there is nothing at " + pointer);
    kept_[name] = value->string() != nullptr ? *value->string() : json::write(*value);
  }
  void derive(const std::string& rest) {
    const auto words = words_of(rest);
    kept_[words.at(0)] = planning::SyncIds(words.at(2), words.at(3)).of(parse_uuid(words.at(1)).value()).text();
  }
  void is(const std::string& rest) {
    const auto [pointer, wanted] = split_word(rest);
    const json::Value* value = find(answer_.value, pointer);
    require(value != nullptr, "there is nothing at " + pointer);
    const auto parsed = json::parse(wanted);
    require(parsed.ok(), "no JSON: " + wanted);
    require(json::write(*value) == json::write(parsed.value()), "at " + pointer + " is " + json::write(*value));
  }
  void no(const std::string& pointer) { require(find(answer_.value, pointer) == nullptr, "there is " + pointer); }
  void count(const std::string& rest) {
    const auto [pointer, wanted] = split_word(rest);
    const json::Value* value = find(answer_.value, pointer);
    require(value != nullptr, "there is nothing at " + pointer);
    const std::size_t size = value->array() != nullptr    ? value->array()->size()
                             : value->object() != nullptr ? value->object()->size()
                                                          : 0;
    require(std::to_string(size) == wanted, "at " + pointer + " are " + std::to_string(size));
  }
  void text(const std::string& rest) { require(answer_.text == rest, "the text is " + answer_.text); }
  void has(const std::string& rest) { require(answer_.text.find(rest) != std::string::npos, "no " + rest); }
  void hasnt(const std::string& rest) { require(answer_.text.find(rest) == std::string::npos, "there is " + rest); }
  void header(const std::string& rest) {
    const auto [name, wanted] = split_word(rest);
    for (const http::Header& each : answer_.headers) {
      if (http::same_name(each.name, name)) return require(each.value == wanted, name + " is " + each.value);
    }
    require(false, "no header " + name);
  }
  void item(const std::string& rest) {
    const auto words = words_of(rest);
    const json::Value* items = answer_.value.at("items");
    require(items != nullptr, "there are no items");
    for (const json::Value& each : *items->array()) {
      if (each.text_at("action") == words.at(0) && each.text_at("kind") == words.at(1) &&
          each.text_at("name") == words.at(2) && (words.size() < 4 || each.text_at("reason") == words[3])) {
        return;
      }
    }
    require(false, "no such item");
  }
  void summary(const std::string& rest) {
    const auto words = words_of(rest);
    constexpr const char* kNames[] = {"created", "updated", "unchanged", "conflicts"};
    for (std::size_t i = 0; i < words.size(); ++i) is("/summary/" + std::string(kNames[i]) + " " + words[i]);
  }
  void work(const std::string&) { world_.work(); }
  void mark(const std::string&) { marked_ = world_.dump(); }
  void same(const std::string&) { require(world_.dump() == marked_, "rows have changed"); }

  void require(bool holds, const std::string& else_say) const {
    if (!holds) throw std::runtime_error(else_say + "\n  the answer: " + answer_.text);
  }

  Mode mode_;
  World world_;
  std::string name_ = "owner";
  std::string tenant_ = "home";
  std::vector<http::Header> headers_;
  Answer answer_;
  std::map<std::string, std::string> kept_;
  std::string marked_;
  std::set<std::string> changed_;
};

const std::map<std::string, Scenario::Verb> Scenario::kVerbs = {
    {"covers:", &Scenario::covers}, {"tenant", &Scenario::tenant}, {"member", &Scenario::member},
    {"as", &Scenario::as},          {"with", &Scenario::with},     {"do", &Scenario::ask},
    {"status", &Scenario::status},  {"keep", &Scenario::keep},     {"derive", &Scenario::derive},
    {"is", &Scenario::is},          {"no", &Scenario::no},         {"count", &Scenario::count},
    {"text", &Scenario::text},      {"has", &Scenario::has},       {"hasnt", &Scenario::hasnt},
    {"header", &Scenario::header},  {"item", &Scenario::item},     {"summary", &Scenario::summary},
    {"mark", &Scenario::mark},      {"same", &Scenario::same},     {"later", &Scenario::later},
    {"work", &Scenario::work},
};

struct Line {
  int number = 0;
  std::string text;
};

std::vector<Line> read_lines(const std::string& path) {
  std::ifstream in(path);
  std::vector<Line> lines;
  int number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string::npos || text[begin] == '#') continue;
    if (begin >= 4 && !lines.empty())
      lines.back().text += " " + text.substr(begin);
    else
      lines.push_back({number, text.substr(begin)});
  }
  return lines;
}

}  // namespace

std::vector<std::string> scenario_files(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Ran run_scenario(const std::string& path, Engine engine, Mode mode) {
  const std::vector<Line> lines = read_lines(path);
  if (lines.empty()) return {.mistake = path + " says nothing", .changed = {}};
  Scenario scenario(engine, mode);
  for (const Line& line : lines) {
    try {
      scenario.run(line.text);
    } catch (const std::exception& error) {
      return {.mistake = path + ":" + std::to_string(line.number) + ": " + line.text + "\n  " + error.what(),
              .changed = {}};
    }
  }
  return {.mistake = scenario.damage(), .changed = scenario.changed()};
}

}  // namespace syncline::test
