#include "cli/print.h"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/views.h"

namespace syncline::cli {

Done print_drawn(const Session& session, const json::Value& value, const std::string& view) {
  std::cout << (session.output == Output::json ? json::write(value) + "\n" : inert(view));
  std::cout.flush();
  return done();
}

Done print(const Session& session, const json::Value& value, const std::string& view) {
  return print_drawn(session, value, session.output == Output::markdown ? fenced(view) : view);
}

Done print_list(Session& session, const std::string& path, std::initializer_list<std::string_view> columns) {
  json::Array items = TRY(session.client.list(path));
  const std::string view = table_of(items, columns);
  return print(session, json::Value(std::move(items)), view);
}

Done say(Session& session, const json::Value& value, const std::string& sentence) {
  return print(session, value, sentence + "\n");
}

Result<std::string> read_text(const std::string& file) {
  std::ostringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorKind::invalid, "file", "The file " + file + " cannot be read.");
  text << in.rdbuf();
  return text.str();
}

std::string ResourceWord::path() const { return "/api/" + encode(kind) + "/" + encode(id); }

Result<ResourceWord> resource_word(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size()) {
    return fail(ErrorKind::invalid, "usage", "A resource is named KIND/ID, as in tools/0197….");
  }
  return ResourceWord{.kind = text.substr(0, slash), .id = text.substr(slash + 1)};
}

Done confirm(const std::string& question, bool yes) {
  if (yes || isatty(STDIN_FILENO) == 0) return done();
  std::cerr << inert(question) << " [y/N] ";
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "yes") return done();
  return fail(ErrorKind::invalid, "declined", "Nothing was changed.");
}

}  // namespace syncline::cli
