#include "arrangement.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cell_grid.hpp"
#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

using Half = std::uint32_t;  // 2·piece: a→b, 2·piece + 1: b→a

void stop_if_asked(const RunControl& run) {
  if (run.stop.stop_requested()) throw Cancelled{};
}

/// Adds `more`, times `sign`, to counts sorted by owner; what becomes nought is gone.
void add_turns(std::vector<Turns>& to, std::span<const Turns> more, std::int32_t sign) {
  for (const auto& m : more) {
    const auto at = std::lower_bound(to.begin(), to.end(), m.owner,
                                     [](const Turns& t, std::int32_t o) { return t.owner < o; });
    if (at == to.end() || at->owner != m.owner)
      to.insert(at, {m.owner, sign * m.count});
    else if ((at->count += sign * m.count) == 0)
      to.erase(at);
  }
}

class Builder {
 public:
  Builder(std::span<const NodedEdge> edges, CoverBy by, const RunControl& run) : run_{run} {
    take_pieces(edges, by);
    stop_if_asked(run_);
    link();
    trace();
    stop_if_asked(run_);
    nest();
    number_faces();
    stop_if_asked(run_);
    cover();
  }
  Arrangement result() { return std::move(out_); }

 private:
  void take_pieces(std::span<const NodedEdge> edges, CoverBy by) {
    out_.change_begin.push_back(0);
    std::vector<Turns> net;
    for_each_run(edges, [&](std::span<const NodedEdge> run) {
      net.clear();
      for (const auto& e : run) {
        const Turns one{by == CoverBy::depth ? 0 : e.polygon, e.left ? 1 : -1};
        add_turns(net, std::span{&one, 1}, 1);
      }
      if (net.empty()) return;
      out_.pieces.push_back({run.front().a, run.front().b, 0, 0});
      out_.changes.insert(out_.changes.end(), net.begin(), net.end());
      out_.change_begin.push_back(out_.changes.size());
    });
  }

  [[nodiscard]] Point from(Half h) const {
    const auto& p = out_.pieces[h / 2];
    return h % 2 == 0 ? p.a : p.b;
  }
  [[nodiscard]] Point to(Half h) const { return from(h ^ 1U); }

  /// Sorts the halves round each vertex and finds where a walk with its face on the left goes on.
  void link() {
    const auto count = static_cast<Half>(2 * out_.pieces.size());
    std::vector<Half> around(count);
    std::iota(around.begin(), around.end(), Half{0});
    std::sort(around.begin(), around.end(), [&](Half l, Half r) {
      const auto at = from(l);
      if (at != from(r)) return at < from(r);
      // Counterclockwise, from just above west: the far end is above `at`, or below it.
      const bool l_after = at < to(l);
      const bool r_after = at < to(r);
      if (l_after != r_after) return r_after;
      return orientation(at, to(l), to(r)) > 0;
    });
    next_.resize(count);
    vertex_of_.resize(count);
    for (std::size_t begin = 0, end = 0; begin < around.size(); begin = end) {
      while (end < around.size() && from(around[end]) == from(around[begin])) ++end;
      for (auto k = begin; k < end; ++k) {
        vertex_of_[around[k]] = static_cast<std::uint32_t>(out_.vertices);
        // Arriving against around[k], the next half clockwise goes on round the same face.
        next_[around[k] ^ 1U] = around[k == begin ? end - 1 : k - 1];
      }
      ++out_.vertices;
    }
  }

  void trace() {
    constexpr auto kNone = UINT32_MAX;
    cycle_.assign(next_.size(), kNone);
    for (Half start = 0; start < next_.size(); ++start) {
      if (cycle_[start] != kNone) continue;
      Int128 area = 0;
      const auto origin = from(start);
      for (auto h = start; cycle_[h] == kNone; h = next_[h]) {
        cycle_[h] = static_cast<std::uint32_t>(first_.size());
        area += orientation(origin, from(h), to(h));
      }
      first_.push_back(start);
      area_.push_back(area);
    }
  }

  /// Which cycle's face holds each component: the one met first going west from its first vertex.
  void nest() {
    std::vector<std::uint32_t> parent(static_cast<std::size_t>(out_.vertices));
    std::iota(parent.begin(), parent.end(), 0U);
    const auto find = [&](std::uint32_t v) {
      while (parent[v] != v) v = parent[v] = parent[parent[v]];
      return v;
    };
    for (Half h = 0; h < next_.size(); h += 2) {
      const auto u = find(vertex_of_[h]);
      const auto v = find(vertex_of_[h + 1]);
      parent[std::max(u, v)] = std::min(u, v);  // vertices are numbered from west to east
    }
    for (std::uint32_t v = 0; v < parent.size(); ++v)
      if (find(v) == v) ++out_.components;
    outer_.assign(first_.size(), -1);
    for (std::uint32_t c = 0; c < first_.size(); ++c)
      if (area_[c] <= 0) holes_.push_back(c);
    // A component has one outer cycle; ascending by its westernmost vertex.
    std::sort(holes_.begin(), holes_.end(), [&](std::uint32_t l, std::uint32_t r) {
      return find(vertex_of_[first_[l]]) < find(vertex_of_[first_[r]]);
    });
    LIBGRID_ASSERT(std::ssize(holes_) == out_.components);
    if (holes_.size() < 2) return;
    std::vector<Point> ends;
    for (const auto& p : out_.pieces) {
      ends.push_back(p.a);
      ends.push_back(p.b);
    }
    const CellGrid grid{ends, std::max<std::int64_t>(std::ssize(out_.pieces), 64)};
    const CellLists pieces_in{grid.cells(), [&](auto&& visit) {
                                for (std::uint32_t k = 0; k < out_.pieces.size(); ++k)
                                  grid.for_each_cell(out_.pieces[k].a, out_.pieces[k].b,
                                                     [&](std::int64_t cell) { visit(cell, k); });
                              }};
    std::vector<Point> west(static_cast<std::size_t>(out_.vertices));
    for (Half h = 0; h < next_.size(); ++h) west[vertex_of_[h]] = from(h);
    for (const auto c : holes_) {
      stop_if_asked(run_);
      const auto place = west[find(vertex_of_[first_[c]])];
      if (const auto h = first_west_of(place, grid, pieces_in); h != UINT32_MAX)
        outer_[c] = static_cast<std::int64_t>(cycle_[h]);
    }
  }

  /// The half-edge, running south, that a walk west from `p` meets first; its face lies east of it.
  [[nodiscard]] Half first_west_of(Point p, const CellGrid& grid, const CellLists& in) const {
    Half best = UINT32_MAX;
    const auto row = grid.row_of(p.y_mm);
    for (auto column = grid.column_of(p.x_mm); column >= 0; --column) {
      for (const auto k : in.at(row * grid.columns() + column)) {
        const auto& piece = out_.pieces[k];
        const bool up = piece.a.y_mm < piece.b.y_mm;
        const auto low = up ? piece.a : piece.b;
        const auto high = up ? piece.b : piece.a;
        if (low.y_mm > p.y_mm || p.y_mm >= high.y_mm) continue;
        if (orientation(low, high, p) >= 0) continue;  // p must lie east of it
        const auto south = static_cast<Half>(2 * k + (up ? 1U : 0U));
        if (best == UINT32_MAX || east_of(south, best, p.y_mm)) best = south;
      }
      if (best != UINT32_MAX && reaches(best, p.y_mm, grid.left_of(column))) break;
    }
    return best;
  }
  /// Where the half-edge crosses the height y, as a fraction.
  [[nodiscard]] std::pair<Int128, Int128> crossing(Half h, std::int32_t y) const {
    const auto high = from(h);
    const auto low = to(h);
    const auto rise = std::int64_t{high.y_mm} - low.y_mm;
    const auto run = std::int64_t{high.x_mm} - low.x_mm;
    return {Int128{low.x_mm} * rise + Int128{run} * (std::int64_t{y} - low.y_mm), rise};
  }
  [[nodiscard]] bool reaches(Half h, std::int32_t y, std::int64_t x) const {
    const auto [numerator, denominator] = crossing(h, y);
    return numerator >= Int128{x} * denominator;
  }
  [[nodiscard]] bool east_of(Half l, Half r, std::int32_t y) const {
    const auto [ln, ld] = crossing(l, y);
    const auto [rn, rd] = crossing(r, y);
    if (ln * rd != rn * ld) return ln * rd > rn * ld;
    return orientation(to(r), from(r), from(l)) < 0;  // one southern end: the eastern way up
  }

  void number_faces() {
    face_.assign(first_.size(), -1);
    out_.twice_area.push_back(0);
    for (std::size_t c = 0; c < first_.size(); ++c)
      if (area_[c] > 0) {
        face_[c] = out_.faces();
        out_.twice_area.push_back(area_[c]);
      }
    for (const auto c : holes_) {  // what holds a component was met before it
      face_[c] = outer_[c] < 0 ? 0 : face_[static_cast<std::size_t>(outer_[c])];
      out_.twice_area[static_cast<std::size_t>(face_[c])] += area_[c];
    }
    std::vector<std::size_t> begin(out_.twice_area.size() + 1, 0);
    for (std::size_t k = 0; k < out_.pieces.size(); ++k) {
      auto& piece = out_.pieces[k];
      piece.left = face_[cycle_[2 * k]];
      piece.right = face_[cycle_[2 * k + 1]];
      ++begin[static_cast<std::size_t>(piece.left) + 1];
      ++begin[static_cast<std::size_t>(piece.right) + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    out_.sides.resize(begin.back());
    auto fill = begin;
    for (std::size_t k = 0; k < out_.pieces.size(); ++k)
      for (const auto face : {out_.pieces[k].left, out_.pieces[k].right})
        out_.sides[fill[static_cast<std::size_t>(face)]++] = static_cast<std::uint32_t>(k);
    out_.side_begin = std::move(begin);
  }

  /// From the outside inwards: across a piece, the cover changes by what the piece bounds.
  void cover() {
    const auto count = static_cast<std::size_t>(out_.faces());
    std::vector<std::vector<Turns>> of(count);
    std::vector<std::uint8_t> known(count, 0);
    std::vector<std::int32_t> open{0};
    known[0] = 1;
    while (!open.empty()) {
      const auto face = open.back();
      open.pop_back();
      for (const auto k : out_.sides_of(face)) {
        const auto& piece = out_.pieces[k];
        const bool is_left = piece.left == face;
        const auto other = static_cast<std::size_t>(is_left ? piece.right : piece.left);
        if (known[other] != 0) continue;
        known[other] = 1;
        of[other] = of[static_cast<std::size_t>(face)];
        add_turns(of[other], out_.changes_of(k), is_left ? -1 : 1);
        open.push_back(static_cast<std::int32_t>(other));
      }
    }
    out_.cover_begin.push_back(0);
    for (const auto& turns : of) {
      out_.cover.insert(out_.cover.end(), turns.begin(), turns.end());
      out_.cover_begin.push_back(out_.cover.size());
    }
  }

  const RunControl& run_;
  Arrangement out_;
  std::vector<Half> next_;
  std::vector<std::uint32_t> vertex_of_;  // where a half begins
  std::vector<std::uint32_t> cycle_;      // of a half
  std::vector<Half> first_;               // half of a cycle
  std::vector<Int128> area_;              // twice, of a cycle
  std::vector<std::int64_t> outer_;       // the cycle round an outer cycle, -1 for none
  std::vector<std::uint32_t> holes_;      // outer cycles of the components, from west to east
  std::vector<std::int32_t> face_;        // of a cycle
};

}  // namespace

std::vector<Arc> Arrangement::arcs_of(std::int32_t face) const {
  std::vector<Arc> arcs;
  for (const auto k : sides_of(face)) {
    const auto& piece = pieces[k];
    arcs.push_back(piece.left == face ? Arc{piece.a, piece.b} : Arc{piece.b, piece.a});
  }
  std::sort(arcs.begin(), arcs.end());
  return arcs;
}

double Arrangement::mean_width_mm(std::int32_t face) const {
  double length = 0.0;
  for (const auto k : sides_of(face)) length += length_mm(pieces[k].a, pieces[k].b);
  return length > 0.0 ? static_cast<double>(twice_area[static_cast<std::size_t>(face)]) / length
                      : 0.0;
}

Arrangement arrange(std::vector<NodedEdge> edges, Crossings crossings, CoverBy by,
                    const RunControl& run) {
  if (crossings == Crossings::snap_round)
    edges = snap_round_edges(std::move(edges), run);
  else
    std::sort(edges.begin(), edges.end());
  return Builder{edges, by, run}.result();
}

}  // namespace libgrid
