#pragma once

#include <cstdint>
#include <vector>

#include "contraction_graph.hpp"
#include "libgrid/base/run_control.hpp"
#include "libgrid/graph/csr_graph.hpp"

namespace libgrid {

/// Every place with its links to those that were contracted later, in the order of contraction.
struct Contracted {
  std::vector<std::int32_t> place;
  std::vector<std::uint32_t> first{0};  ///< `place[i]` has links `first[i]` … `first[i + 1] - 1`
  std::vector<Link> links;
  bool symmetric = false;
};

/// Contracts every place of the graph. Throws Cancelled.
[[nodiscard]] Contracted contract(const CsrGraph& graph, const RunControl& control);

}  // namespace libgrid
