#include "libgrid/planning/share_moves.hpp"

#include <algorithm>
#include <optional>
#include <queue>
#include <string>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

/// A step of one parent to a dearer offer.
struct Step {
  std::size_t parent = 0;
  std::size_t offer = 0;
  std::int64_t price = 0;          // above 0
  std::vector<std::int64_t> gain;  // by term; weighted: unused
  long double sum = 0;             // weighted
};

class Sharing {
 public:
  Sharing(const PlanProblem& problem, std::int64_t budget,
          std::span<const std::vector<MovesOffer>> offers)
      : p_{problem}, left_{budget}, offers_{offers}, taken_(offers.size(), 0) {
    for (std::size_t i = 0; i < offers.size(); ++i) {
      require(!offers[i].empty(),
              [&] { return "share_moves: parent " + std::to_string(i) + " has no offer"; });
      for (const auto& offer : offers[i])
        require(offer.terms.size() == p_.terms.size() && offer.moved >= 0, [&] {
          return "share_moves: an offer of parent " + std::to_string(i) + " has " +
                 std::to_string(offer.terms.size()) + " terms, not " +
                 std::to_string(p_.terms.size()) + ", or moves less than nothing";
        });
      for (std::size_t j = 1; j < offers[i].size(); ++j) {
        const auto& best = offers[i][taken_[i]];
        const auto& other = offers[i][j];
        if (other.moved < best.moved || (other.moved == best.moved && worth_more(other, best)))
          taken_[i] = j;
      }
      left_ -= offers[i][taken_[i]].moved;
    }
    for (std::size_t t = 0; t < p_.terms.size(); ++t)
      has_balance_ = has_balance_ || p_.terms[t].kind == TermKind::balance;
    find_worst();
  }

  MovesShare run() {
    MovesShare share;
    for (std::size_t i = 0; i < offers_.size(); ++i) share.least += taken(i).moved;
    if (left_ < 0) return share;
    if (has_balance_) {
      while (const auto step = best_of_all()) take(*step);
    } else {
      take_in_order();
    }
    for (const auto offer : taken_) share.offer.push_back(static_cast<std::int32_t>(offer));
    share.allowed = give_rest();
    return share;
  }

 private:
  [[nodiscard]] const MovesOffer& taken(std::size_t parent) const {
    return offers_[parent][taken_[parent]];
  }

  [[nodiscard]] bool worth_more(const MovesOffer& a, const MovesOffer& b) const {
    return p_.weighted ? weigh(a) < weigh(b) : a.terms < b.terms;
  }

  [[nodiscard]] long double weigh(const MovesOffer& offer) const {
    long double sum = 0;
    for (std::size_t t = 0; t < offer.terms.size(); ++t)
      sum +=
          static_cast<long double>(p_.terms[t].factor) * static_cast<long double>(offer.terms[t]);
    return sum;
  }

  void find_worst() {
    worst_.assign(p_.terms.size(), 0);
    if (!has_balance_) return;
    for (std::size_t t = 0; t < worst_.size(); ++t)
      for (std::size_t i = 0; i < offers_.size(); ++i)
        worst_[t] = std::max(worst_[t], taken(i).terms[t]);
  }

  /// What a step gains of the whole; a balance below the largest gains and loses nothing.
  [[nodiscard]] Step step_to(std::size_t parent, std::size_t offer) const {
    const auto& from = taken(parent);
    const auto& to = offers_[parent][offer];
    Step step{.parent = parent, .offer = offer, .price = to.moved - from.moved, .gain = {}};
    step.gain.resize(p_.terms.size());
    for (std::size_t t = 0; t < step.gain.size(); ++t) {
      step.gain[t] = from.terms[t] - to.terms[t];
      if (p_.terms[t].kind == TermKind::balance && from.terms[t] < worst_[t])
        step.gain[t] = std::min<std::int64_t>(0, worst_[t] - to.terms[t]);
      step.sum +=
          static_cast<long double>(p_.terms[t].factor) * static_cast<long double>(step.gain[t]);
    }
    return step;
  }

  [[nodiscard]] bool gains(const Step& step) const {
    if (p_.weighted) return step.sum > 0;
    const auto first = std::ranges::find_if(step.gain, [](auto g) { return g != 0; });
    return first != step.gain.end() && *first > 0;
  }

  /// Whether a buys more for each unit than b; in the end the lower parent and the cheaper step.
  [[nodiscard]] bool dearer(const Step& a, const Step& b) const {
    if (p_.weighted) {
      const auto one = a.sum * static_cast<long double>(b.price);
      const auto two = b.sum * static_cast<long double>(a.price);
      if (one != two) return one > two;
    } else {
      for (std::size_t t = 0; t < a.gain.size(); ++t) {
        const auto one = Wide{a.gain[t]} * b.price;
        const auto two = Wide{b.gain[t]} * a.price;
        if (one != two) return one > two;
      }
    }
    return a.parent != b.parent ? a.parent < b.parent : a.price < b.price;
  }

  [[nodiscard]] std::optional<Step> best_of(std::size_t parent) const {
    std::optional<Step> best;
    for (std::size_t j = 0; j < offers_[parent].size(); ++j) {
      const auto price = offers_[parent][j].moved - taken(parent).moved;
      if (price <= 0 || price > left_) continue;
      auto step = step_to(parent, j);
      if (gains(step) && (!best || dearer(step, *best))) best = std::move(step);
    }
    return best;
  }

  [[nodiscard]] std::optional<Step> best_of_all() const {
    std::optional<Step> best;
    for (std::size_t i = 0; i < offers_.size(); ++i)
      if (auto step = best_of(i); step && (!best || dearer(*step, *best))) best = std::move(step);
    return best;
  }

  /// Without a balance parents do not see each other: a queue holds the best step of each.
  void take_in_order() {
    const auto later = [&](const Step& a, const Step& b) { return dearer(b, a); };
    std::priority_queue<Step, std::vector<Step>, decltype(later)> next{later};
    const auto offer = [&](std::size_t parent) {
      if (auto step = best_of(parent)) next.push(std::move(*step));
    };
    for (std::size_t i = 0; i < offers_.size(); ++i) offer(i);
    while (!next.empty()) {
      const auto step = next.top();
      next.pop();
      // A step that the budget no longer pays for makes room for a cheaper one of that parent.
      if (step.price <= left_) take(step);
      offer(step.parent);
    }
  }

  void take(const Step& step) {
    taken_[step.parent] = step.offer;
    left_ -= step.price;
    find_worst();
  }

  /// By what each had wished for beyond its offer; whole units by position.
  [[nodiscard]] std::vector<std::int64_t> give_rest() const {
    std::vector<std::int64_t> allowed;
    std::vector<std::int64_t> wish;
    Wide all = 0;
    for (std::size_t i = 0; i < offers_.size(); ++i) {
      std::int64_t most = 0;
      for (const auto& offer : offers_[i]) most = std::max(most, offer.moved);
      allowed.push_back(taken(i).moved);
      wish.push_back(most - taken(i).moved);
      all += wish.back();
    }
    if (all == 0) return allowed;
    for (std::size_t i = 0; i < wish.size(); ++i)
      allowed[i] += std::min(wish[i], static_cast<std::int64_t>(Wide{left_} * wish[i] / all));
    return allowed;
  }

  const PlanProblem& p_;
  std::int64_t left_;
  std::span<const std::vector<MovesOffer>> offers_;
  std::vector<std::size_t> taken_;
  std::vector<std::int64_t> worst_;
  bool has_balance_ = false;
};

}  // namespace

MovesShare share_moves(const PlanProblem& problem, std::int64_t budget,
                       std::span<const std::vector<MovesOffer>> offers) {
  return Sharing{problem, budget, offers}.run();
}

}  // namespace libgrid
