#include "promotion/apply.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "access/tenant_keys.h"
#include "catalog/credentials.h"
#include "planning/target_ids.h"
#include "promotion/releases.h"
#include "secrets/seal.h"
#include "store/copy_bases.h"
#include "store/resources.h"

namespace syncline::promotion {
namespace {

using planning::Action;
using planning::Change;

// A copy that is written, of a kind that has parts in another table.
struct Written {
  Uuid original;
  Uuid copy;
  bool created = false;
  std::string_view exceptions = {};
};

std::vector<Uuid> originals_of(const std::vector<Written>& written) {
  std::vector<Uuid> ids;
  for (const Written& each : written) ids.push_back(each.original);
  return ids;
}
std::vector<Uuid> updated_of(const std::vector<Written>& written) {
  std::vector<Uuid> ids;
  for (const Written& each : written) {
    if (!each.created) ids.push_back(each.copy);
  }
  return ids;
}

class Applying {
 public:
  Applying(db::Connection& connection, const Services& services, const Pair& pair, const Selection& selection,
           TimeMs now)
      : connection_(connection), services_(services), pair_(pair), selection_(selection), now_(now) {}

  Done copy_credentials(const std::vector<Written>& connections) {
    const auto source = TRY(read_source_parts(connection_, pair_, selection_, originals_of(connections),
                                              store::list_credential_parts, credential_parts_of));
    const auto target =
        TRY(read_parts(connection_, pair_.target, updated_of(connections), store::list_credential_parts));
    std::vector<store::CredentialPart> changed;
    for (const Written& each : connections) {
      const std::vector<store::CredentialPart>& before = parts_of(target, each.copy);
      const std::vector<store::CredentialPart>& after = parts_of(source, each.original);
      for (const store::CredentialPart& part : before) {
        if (find_field(after, part.field) == nullptr)
          TRY(store::delete_credential_part(connection_, pair_.target, part));
      }
      for (const store::CredentialPart& part : after) {
        const store::CredentialPart* there = find_field(before, part.field);
        if (there != nullptr && there->fingerprint == part.fingerprint) continue;
        changed.push_back(TRY(reseal(part, each.copy)));
      }
    }
    return store::upsert_credential_parts(connection_, pair_.target, now_, changed);
  }

  Done copy_contents(const std::vector<Written>& documents) {
    const auto source = TRY(read_source_parts(connection_, pair_, selection_, originals_of(documents),
                                              store::list_content_parts, content_parts_of));
    TRY(store::delete_content_parts(connection_, pair_.target, updated_of(documents)));
    std::vector<store::ContentPart> copies;
    for (const Written& each : documents) {
      for (store::ContentPart part : parts_of(source, each.original)) {
        part.owner = each.copy;
        copies.push_back(std::move(part));
      }
    }
    return store::insert_content_parts(connection_, pair_.target, now_, copies);
  }

  Done copy_embeddings(const std::vector<Written>& knowledge_bases, const planning::Target& rows) {
    const auto source = TRY(read_source_parts(connection_, pair_, selection_, originals_of(knowledge_bases),
                                              store::list_embedding_parts, embedding_parts_of));
    TRY(store::delete_embedding_parts(connection_, pair_.target, updated_of(knowledge_bases)));
    planning::TargetIds ids(pair_.source, pair_.target);
    for (const planning::TargetRow& row : rows.rows()) ids.note(row);
    std::vector<store::EmbeddingPart> copies;
    for (const Written& each : knowledge_bases) {
      for (store::EmbeddingPart part : parts_of(source, each.original)) {
        part.owner = each.copy;
        part.document = mapped(ids, each.exceptions, part.document);
        copies.push_back(std::move(part));
      }
    }
    return store::insert_embedding_parts(connection_, pair_.target, now_, copies);
  }

 private:
  // The copy keeps the source's fingerprint: it tells whether the source's value has changed since.
  Result<store::CredentialPart> reseal(const store::CredentialPart& part, const Uuid& copy) {
    store::CredentialPart resealed{.owner = copy,
                                   .field = part.field,
                                   .sealed = std::nullopt,
                                   .template_text = part.template_text,
                                   .fingerprint = part.fingerprint};
    if (!part.sealed) return resealed;
    TRY(load_keys());
    const std::string original_id = part.owner.text();
    const std::string copy_id = copy.text();
    const secrets::SecretString value = TRY(secrets::open(
        *source_key_,
        {.tenant = pair_.source, .kind = catalog::kCredentialPlace, .id = original_id, .field = part.field},
        *part.sealed));
    resealed.sealed = secrets::seal(
        *target_key_, {.tenant = pair_.target, .kind = catalog::kCredentialPlace, .id = copy_id, .field = part.field},
        value.reveal());
    return resealed;
  }

  Done load_keys() {
    if (source_key_) return done();
    source_key_ = TRY(access::load_tenant_key(connection_, services_.master_key, pair_.source));
    target_key_ = TRY(access::load_tenant_key(connection_, services_.master_key, pair_.target));
    return done();
  }

  db::Connection& connection_;
  const Services& services_;
  const Pair& pair_;
  const Selection& selection_;
  TimeMs now_;
  std::optional<secrets::TenantKey> source_key_;
  std::optional<secrets::TenantKey> target_key_;
};

store::CopyRow copy_row(const Selection& selection, const Change& change) {
  const planning::Resource& original = selection.snapshot.source[change.resource];
  const Content& content = selection.snapshot.contents[change.resource];
  const bool was_live = change.existing != planning::kNone && selection.snapshot.target[change.existing].live;
  return {.id = change.id,
          .kind = original.kind,
          .name = original.name,
          .description = content.description,
          .status = content.status,
          .origin = original.id,
          .lineage = content.lineage,
          .published = content.published,
          .draft = content.draft,
          .exceptions = change.exceptions,
          .digest = change.digest,
          .live = selection.marking == planning::Marking::none ? was_live : true,
          .created_by = content.created_by,
          .created_at = content.created_at,
          .release = selection.release ? std::optional(selection.release->row.id) : std::nullopt};
}

std::vector<Written> written_of(Kind kind, const Selection& selection, const std::vector<const Change*>& writes) {
  std::vector<Written> written;
  for (const Change* change : writes) {
    const planning::Resource& original = selection.snapshot.source[change->resource];
    if (original.kind != kind) continue;
    written.push_back({original.id, change->id, change->action == Action::created, change->exceptions});
  }
  return written;
}

// A copy that is as it was synced has no other state to be compared with.
Done forget_bases(db::Connection& connection, const Pair& pair, const std::vector<const Change*>& writes) {
  std::vector<Uuid> drifted;
  for (const Change* change : writes) {
    if (change->drifted) drifted.push_back(change->id);
  }
  return store::delete_copy_bases(connection, pair.target, drifted);
}

bool syncable_in(const LedgerEntry& entry) {
  return store::unpack_resource(entry.before.front().packed).boolean(store::resources_column::kSyncable);
}

// What is about to be written or deleted, in the order of ids, as it is now; and the state in which that leaves it.
Result<std::vector<LedgerEntry>> keep_before(db::Connection& connection, const Pair& pair,
                                             const std::vector<const Change*>& writes, const std::vector<Uuid>& pruned,
                                             const Uuid& actor, TimeMs now) {
  std::vector<Uuid> updated;
  for (const Change* change : writes) {
    if (change->action == Action::updated) updated.push_back(change->id);
  }
  std::vector<LedgerEntry> before = TRY(read_before(connection, pair.target, updated, store::Extent::synced));
  std::vector<LedgerEntry> deleted = TRY(read_before(connection, pair.target, pruned, store::Extent::all));
  std::vector<LedgerEntry> entries;
  entries.reserve(writes.size());
  auto next = before.begin();
  for (const Change* change : writes) {
    LedgerEntry entry{.id = change->id, .before = {}};
    if (change->action == Action::updated) entry = std::move(*next++);
    entry.state = state_number({.digest = change->digest,
                                .changed_at = std::nullopt,
                                .syncable = !entry.before.empty() && syncable_in(entry),
                                .updated_by = actor,
                                .updated_at = now});
    entries.push_back(std::move(entry));
  }
  if (deleted.empty()) return entries;
  std::move(deleted.begin(), deleted.end(), std::back_inserter(entries));
  std::sort(entries.begin(), entries.end(),
            [](const LedgerEntry& left, const LedgerEntry& right) { return left.id < right.id; });
  return entries;
}

// Copies that are as the release has them count to it, and are not written.
Result<std::vector<LedgerHeld>> hold_release(db::Connection& connection, const Pair& pair, const Selection& selection,
                                             const planning::Plan& plan) {
  std::vector<LedgerHeld> changed;
  if (!selection.release) return changed;
  const std::optional<Uuid> release = selection.release->row.id;
  std::unordered_map<Uuid, std::optional<Uuid>, UuidHash> before;
  const std::vector<store::HeldRelease> held = TRY(store::list_held_releases(connection, pair.target, pair.source));
  before.insert(held.begin(), held.end());
  std::vector<store::HeldRelease> writes;
  for (const Change& change : plan.changes) {
    if (change.action != Action::unchanged || change.drifted || before[change.id] == release) continue;
    changed.push_back({change.id, before[change.id], release});
    writes.emplace_back(change.id, release);
  }
  TRY(store::write_held_releases(connection, pair.target, writes));
  TRY(store::insert_promoted_release(connection, pair.source, pair.target,
                                     {.id = *release, .name = selection.release->row.name}));
  return changed;
}

}  // namespace

Result<Ledger> apply_plan(db::Connection& connection, const Services& services, const PromotionRequest& request,
                          const Computed& computed, const std::vector<Uuid>& pruned, TimeMs now,
                          ProgressCount& progress) {
  const Pair& pair = computed.pair;
  const Selection& selection = computed.selection;
  const planning::Plan& plan = computed.plan;
  std::vector<const Change*> writes;
  for (const Change& change : plan.changes) {
    if (change.action == Action::created || change.action == Action::updated) writes.push_back(&change);
  }
  Ledger ledger;
  if (!writes.empty() || !pruned.empty()) {
    ledger.target_revision = TRY(store::bump_revision(connection, pair.target));
  }
  // In the order of the table's key: each page is written once.
  std::sort(writes.begin(), writes.end(), [](const Change* a, const Change* b) { return a->id < b->id; });
  ledger.entries = TRY(keep_before(connection, pair, writes, pruned, request.principal.person, now));
  for (const planning::Mark& mark : plan.marks) ledger.marks.push_back({mark.id, !mark.live});
  TRY(store::upsert_copies(connection, pair.source, pair.target, request.principal.person, now, writes.size(),
                           [&](std::size_t n) {
                             progress.wrote(selection.snapshot.source[writes[n]->resource].kind);
                             return copy_row(selection, *writes[n]);
                           }));
  TRY(forget_bases(connection, pair, writes));
  TRY(store::write_marks(connection, pair.target, plan.marks.size(),
                         [&](std::size_t n) { return std::pair(plan.marks[n].id, plan.marks[n].live); }));
  ledger.held = TRY(hold_release(connection, pair, selection, plan));
  Applying applying(connection, services, pair, selection, now);
  if (!request.keep_credentials) TRY(applying.copy_credentials(written_of(Kind::connection, selection, writes)));
  TRY(applying.copy_contents(written_of(Kind::document, selection, writes)));
  TRY(applying.copy_embeddings(written_of(Kind::knowledge_base, selection, writes), selection.snapshot.target));
  if (pruned.empty()) return ledger;
  TRY(delete_kept(connection, pair.target, ledger.entries));
  // As every deletion does: what the target's own resources reach may have become less.
  TRY(store::mark_shrunk(connection, pair.target, ledger.target_revision));
  return ledger;
}

}  // namespace syncline::promotion
