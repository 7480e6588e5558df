#pragma once
// What in a change deserves a second look: where it may send data, what it may read, what it may run.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "planning/diff.h"

namespace syncline::planning {

enum class Risk { new_host, new_variable, changed_code, changed_credential };
std::string_view risk_name(Risk risk);  // "new_host": as in plans

struct RiskMark {
  Risk risk = Risk::new_host;
  std::string detail;        // the host, the variable, the field
  std::string pointer = {};  // of the field
};

// What the bodies of one side name.
struct Reach {
  std::set<std::string> hosts;
  std::set<std::string> variables;
};

// Every text in a value, members' names aside, in order.
void append_texts(std::vector<std::string_view>& texts, const json::Value& value);
// The host of each http or https URL in a text, in lower case; one that is an expression as it is written.
void add_hosts(std::set<std::string>& hosts, std::string_view text);

// Whether a field holds something that is run, by its name: `code`, `sql`, `pipeline` …
bool is_code(std::string_view pointer);

// The marks of new hosts and variables, and of code among the changes. Nothing was there before: all of it is new.
std::vector<RiskMark> find_risks(const Reach& before, const Reach& after, const std::vector<FieldChange>& changes);
// The fields of a whole value that hold code, as changes that add them.
std::vector<FieldChange> code_in(const json::Value& value, const std::string& pointer);

}  // namespace syncline::planning
