#pragma once
// The commands that work on a data directory. Each takes the words after its name and gives an exit code.

#include <string>
#include <vector>

namespace syncline::app {

using Arguments = std::vector<std::string>;

int serve(const Arguments& arguments);      // until SIGTERM or SIGINT
int bootstrap(const Arguments& arguments);  // prints {"token": …}; the password comes on standard input
int migrate(const Arguments& arguments);
int key(const Arguments& arguments);  // status | verify | rotate
int doctor(const Arguments& arguments);
int sweep(const Arguments& arguments);         // once, now
int audit_verify(const Arguments& arguments);  // without a server: --data DIR or --database URL
int config(const Arguments& arguments);        // show [--origin]
int backup(const Arguments& arguments);        // --to FOLDER
int restore(const Arguments& arguments);       // --from FOLDER [--verify]
int migrate_data(const Arguments& arguments);  // --from PLACE --to PLACE

}  // namespace syncline::app
