#include "promotion/select.h"

#include <utility>

#include "model/builtin_tools.h"
#include "promotion/changed.h"
#include "promotion/releases.h"

namespace syncline::promotion {

Result<std::vector<planning::Index>> find_named(const std::vector<NamedResource>& named, std::string_view member,
                                                Selection& selection) {
  std::vector<planning::Index> resources;
  Error unknown{.kind = ErrorKind::invalid, .code = "unknown_resource", .message = "The source has no such resources."};
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (named[i].kind == Kind::tool && is_builtin_tool(named[i].id)) {
      selection.built_ins.push_back(named[i].id);
      continue;
    }
    const std::optional<Uuid> id = parse_uuid(named[i].id);
    const planning::Index found = id ? selection.snapshot.source.find(*id) : planning::kNone;
    if (found != planning::kNone && selection.snapshot.source[found].kind == named[i].kind) {
      resources.push_back(found);
    } else {
      unknown.fields.push_back({"/" + std::string(member) + "/" + std::to_string(i) + "/id",
                                "There is no " + std::string(info(named[i].kind).singular) + " with this id."});
    }
  }
  if (!unknown.fields.empty()) return Fail{std::move(unknown)};
  return resources;
}

Result<Selection> select_resources(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                                   const store::Revisions& source, const store::Watermarks& watermarks) {
  Selection selection;
  if (request.release_id) {
    std::shared_ptr<const Release> release = TRY(load_release(connection, pair.source, *request.release_id));
    return select_release(connection, pair, std::move(release));
  }
  if (request.resources || !request.exclude.empty()) {
    selection.snapshot = TRY(read_snapshot(connection, pair));
    selection.marking = planning::Marking::none;
    std::optional<std::vector<planning::Index>> roots;
    if (request.resources) roots = TRY(find_named(*request.resources, "resources", selection));
    const std::vector<planning::Index> left_out = TRY(find_named(request.exclude, "exclude", selection));
    selection.closure = planning::select_closure(selection.snapshot.source, roots, left_out);
    return selection;
  }
  if (!request.include_unchanged) {
    std::optional<Moved> moved = TRY(select_moved(connection, pair, request.kinds(), source, watermarks));
    if (moved) {
      selection.snapshot = std::move(moved->snapshot);
      selection.closure = std::move(moved->closure);
      selection.marking = planning::Marking::taken;
      selection.everything = false;
      return selection;
    }
  }
  selection.snapshot = TRY(read_snapshot(connection, pair));
  selection.closure = planning::select_closure(selection.snapshot.source, std::nullopt);
  return selection;
}

}  // namespace syncline::promotion
