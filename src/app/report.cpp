#include "app/report.h"

#include <iostream>

namespace syncline::app {

int exit_code_of(const Done& result) {
  if (result.ok()) return 0;
  const Error& error = result.error();
  std::cerr << "error: " << error.message << " (" << error.code << ")\n";
  if (!error.context.empty()) std::cerr << "  " << error.context << "\n";
  if (error.code == "usage") return 64;
  if (error.code == "wrong_master_key" || error.code == "master_key_exposed") return 4;
  return error.kind == ErrorKind::conflict ? 5 : 1;
}

}  // namespace syncline::app
