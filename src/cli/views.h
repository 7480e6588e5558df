#pragma once
// Answers for people: tables and the report of a run.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace syncline::cli {

// Columns as wide as their longest cell, two spaces between them.
std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

// A column shows the member of that name: a text as it is, null as "-".
std::string table_of(const json::Array& items, std::initializer_list<std::string_view> columns);
std::string cell(const json::Value* value);
// The elements of a member that is an array; none when it is not there.
const json::Array& elements(const json::Value& value, std::string_view name);

// Names come from anywhere: what would steer a terminal, or turn text around, is written in hexadecimal digits.
std::string inert(std::string_view text);

// As a block of Markdown, whatever the text holds.
std::string fenced(std::string_view text);

// Steps with their counts, what was done, what dangles, which variables are missing, warnings.
std::string report_view(const json::Value& report);

// "error: …" with the members at fault.
std::string error_view(const Error& error);

}  // namespace syncline::cli
