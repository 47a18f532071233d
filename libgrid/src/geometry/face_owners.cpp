#include "face_owners.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace libgrid {
namespace {

class Settling {
 public:
  Settling(const Arrangement& plane, std::span<const double> area,
           std::span<const std::int32_t> members, const CoverageRepairOptions& options)
      : plane_{plane}, area_{area}, members_{members}, options_{options} {
    out_.owner.assign(static_cast<std::size_t>(plane.faces()), -1);
  }

  FaceOwners run() {
    group_faces();
    give_the_hidden_their_place();
    settle([](const Settled& s) { return !s.claimants.empty(); });
    settle([](const Settled& s) { return s.claimants.empty(); });
    std::erase_if(out_.settled, [](const Settled& s) { return s.owner < 0; });
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::vector<std::int32_t> claimants_of(std::int32_t face) const {
    std::vector<std::int32_t> claimants;
    for (const auto& turns : plane_.cover_of(face))
      if (turns.count > 0 && !is_strip(turns.owner)) claimants.push_back(turns.owner);
    return claimants;
  }
  /// A piece of a gap, not a polygon.
  [[nodiscard]] bool is_strip(std::int32_t owner) const { return owner >= std::ssize(area_); }

  void group_faces() {
    const auto count = static_cast<std::size_t>(plane_.faces());
    std::vector<std::vector<std::int32_t>> claimants(count);
    std::vector<std::int32_t> parent(count);
    std::iota(parent.begin(), parent.end(), 0);
    const auto find = [&](std::int32_t f) {
      while (parent[static_cast<std::size_t>(f)] != f)
        f = parent[static_cast<std::size_t>(f)] =
            parent[static_cast<std::size_t>(parent[static_cast<std::size_t>(f)])];
      return f;
    };
    open_.assign(count, 0);
    for (std::int32_t f = 1; f < plane_.faces(); ++f) {
      auto& mine = claimants[static_cast<std::size_t>(f)];
      mine = claimants_of(f);
      if (mine.size() == 1) {
        out_.owner[static_cast<std::size_t>(f)] = mine.front();
        continue;
      }
      const bool strip = mine.empty() && !plane_.cover_of(f).empty();
      open_[static_cast<std::size_t>(f)] =
          !mine.empty() || strip || plane_.mean_width_mm(f) <= options_.max_gap_width.count() * 1e3
              ? 1
              : 0;
    }
    for (const auto& piece : plane_.pieces) {
      const auto l = static_cast<std::size_t>(piece.left);
      const auto r = static_cast<std::size_t>(piece.right);
      if (claimants[l].empty() || open_[l] == 0 || claimants[l] != claimants[r]) continue;
      const auto a = find(piece.left);
      const auto b = find(piece.right);
      parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    }
    std::vector<std::size_t> row(count, SIZE_MAX);
    for (std::int32_t f = 1; f < plane_.faces(); ++f) {
      if (open_[static_cast<std::size_t>(f)] == 0) continue;
      auto& at = row[static_cast<std::size_t>(find(f))];
      if (at == SIZE_MAX) {
        at = out_.settled.size();
        out_.settled.push_back({{}, claimants[static_cast<std::size_t>(f)], -1});
      }
      out_.settled[at].faces.push_back(f);
    }
  }

  void give(Settled& what, std::int32_t owner) {
    what.owner = owner;
    for (const auto f : what.faces) out_.owner[static_cast<std::size_t>(f)] = owner;
  }

  [[nodiscard]] double area_of(std::int32_t polygon) const {
    return area_[static_cast<std::size_t>(polygon)];
  }

  /// Polygons that nobody would see otherwise: the smallest first.
  void give_the_hidden_their_place() {
    std::vector<std::uint8_t> seen(area_.size(), 0);
    for (const auto owner : out_.owner)
      if (owner >= 0) seen[static_cast<std::size_t>(owner)] = 1;
    std::vector<std::int32_t> hidden;
    for (const auto i : members_)
      if (seen[static_cast<std::size_t>(i)] == 0) hidden.push_back(i);
    std::sort(hidden.begin(), hidden.end(), [&](std::int32_t l, std::int32_t r) {
      return std::pair{area_of(l), l} < std::pair{area_of(r), r};
    });
    for (const auto i : hidden) {
      bool placed = false;
      for (auto& s : out_.settled) {
        if (s.owner >= 0 || !std::binary_search(s.claimants.begin(), s.claimants.end(), i))
          continue;
        give(s, i);
        placed = true;
      }
      if (!placed) out_.unsettled.push_back(i);
    }
    std::sort(out_.unsettled.begin(), out_.unsettled.end());
  }

  struct Offer {
    std::int32_t owner;
    double length_mm;
  };
  /// The owners round the faces of a region with the lengths of their common borders, by owner.
  [[nodiscard]] std::vector<Offer> offers_for(const Settled& region) const {
    std::vector<Offer> offers;
    for (const auto f : region.faces)
      for (const auto k : plane_.sides_of(f)) {
        const auto& piece = plane_.pieces[k];
        const auto owner =
            out_.owner[static_cast<std::size_t>(piece.left == f ? piece.right : piece.left)];
        if (owner >= 0) offers.push_back({owner, length_mm(piece.a, piece.b)});
      }
    std::stable_sort(offers.begin(), offers.end(),
                     [](const Offer& l, const Offer& r) { return l.owner < r.owner; });
    std::vector<Offer> sums;
    for (const auto& o : offers)
      if (!sums.empty() && sums.back().owner == o.owner)
        sums.back().length_mm += o.length_mm;
      else
        sums.push_back(o);
    return sums;
  }

  [[nodiscard]] Offer best_of(const Settled& region) const {
    auto offers = offers_for(region);
    if (!region.claimants.empty()) {
      if (options_.give_to != GiveTo::longest_border) {
        offers.clear();  // the claimants decide it among themselves, neighbours or not
        for (const auto c : region.claimants) offers.push_back({c, 0.0});
      }
      std::erase_if(offers, [&](const Offer& o) {
        return !std::binary_search(region.claimants.begin(), region.claimants.end(), o.owner);
      });
    }
    Offer best{-1, 0.0};
    for (const auto& o : offers) {
      const bool better =
          best.owner < 0 ||
          (options_.give_to == GiveTo::longest_border && o.length_mm > best.length_mm) ||
          (options_.give_to == GiveTo::smallest && area_of(o.owner) < area_of(best.owner));
      if (better) best = o;
    }
    return best;
  }

  /// The border with faces that are still to be given away.
  [[nodiscard]] double undecided_mm(const Settled& region) const {
    double length = 0.0;
    for (const auto f : region.faces)
      for (const auto k : plane_.sides_of(f)) {
        const auto& piece = plane_.pieces[k];
        const auto other = static_cast<std::size_t>(piece.left == f ? piece.right : piece.left);
        if (open_[other] == 0 || out_.owner[other] >= 0 ||
            std::binary_search(region.faces.begin(), region.faces.end(),
                               static_cast<std::int32_t>(other)))
          continue;
        length += length_mm(piece.a, piece.b);
      }
    return length;
  }

  /// In rounds, each from the state at its beginning: the order of regions does not matter. A
  /// region waits while what is undecided round it could outdo its best neighbour, if others need
  /// not wait.
  template <class Which>
  void settle(const Which& which) {
    for (;;) {
      struct Decision {
        std::size_t region;
        std::int32_t owner;
        bool sure;
      };
      std::vector<Decision> decided;
      bool any_sure = false;
      for (std::size_t k = 0; k < out_.settled.size(); ++k) {
        if (out_.settled[k].owner >= 0 || !which(out_.settled[k])) continue;
        const auto best = best_of(out_.settled[k]);
        if (best.owner < 0) continue;
        decided.push_back({k, best.owner, best.length_mm >= undecided_mm(out_.settled[k])});
        any_sure = any_sure || decided.back().sure;
      }
      if (decided.empty()) break;
      for (const auto& d : decided)
        if (d.sure || !any_sure) give(out_.settled[d.region], d.owner);
    }
    for (auto& s : out_.settled)  // claimants that have nothing round it: the smallest
      if (s.owner < 0 && !s.claimants.empty())
        give(s, *std::min_element(s.claimants.begin(), s.claimants.end(),
                                  [&](std::int32_t l, std::int32_t r) {
                                    return std::pair{area_of(l), l} < std::pair{area_of(r), r};
                                  }));
  }

  const Arrangement& plane_;
  std::span<const double> area_;
  std::span<const std::int32_t> members_;
  const CoverageRepairOptions& options_;
  FaceOwners out_;
  std::vector<std::uint8_t> open_;  // faces to be given away
};

}  // namespace

FaceOwners settle_faces(const Arrangement& plane, std::span<const double> area,
                        std::span<const std::int32_t> members,
                        const CoverageRepairOptions& options) {
  return Settling{plane, area, members, options}.run();
}

}  // namespace libgrid
