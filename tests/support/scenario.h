#pragma once
// Runs the files of tests/scenarios. A line is a verb and its words; a line that begins with four spaces goes on with
// the one before; `#` begins a comment. $name stands for what was kept under that name.
//
//   covers: S17 S21            the numbers of docs/spec.md that the file shows
//   tenant ID…                 makes tenants, owned by the person `owner`
//   member NAME ROLE TENANT    makes a member
//   as NAME TENANT             who asks from now on
//   with HEADER: VALUE         a header of the next request
//   later HOURS                lets time pass
//   do METHOD PATH [BODY]      asks
//   status N [CODE]            the answer's status, and the code of its problem
//   keep NAME POINTER          keeps a value of the answer (a text without its quotes)
//   derive NAME ID SOURCE TARGET  keeps the id that a copy has
//   is POINTER JSON            the answer says so there
//   no POINTER                 the answer says nothing there
//   count POINTER N            the array or object there has so many elements
//   text TEXT                  the answer is this text
//   has TEXT · hasnt TEXT      the answer's text, anywhere
//   header NAME VALUE          a header of the answer
//   item ACTION KIND NAME [REASON]   the report lists it
//   summary CREATED UPDATED UNCHANGED CONFLICTS
//   same                       no row changed since the last `mark`
//   mark                       remembers all rows
//   work                       does the runs that nobody waits for, and tells the webhooks
//
// Each request that is not a GET, succeeds and changes a row (but of a plan or a delivery) must add one row to one
// tenant's audit.
// In the mode `faults` each request that writes is first sent with its 1st, 2nd, 3rd … statement failing, until it
// succeeds; each failure must answer 500 and leave every row as it was, but of plans.

#include <set>
#include <string>

#include "support/world.h"

namespace syncline::test {

enum class Mode { plain, faults };

struct Ran {
  std::string mistake;            // "" when all is as the file says; else where and why it is not
  std::set<std::string> changed;  // the routes that changed something: "PATCH /api/{kind}/{id}"
};
Ran run_scenario(const std::string& path, Engine engine, Mode mode);

// The paths of all scenarios, in order.
std::vector<std::string> scenario_files(const std::string& folder);

}  // namespace syncline::test
