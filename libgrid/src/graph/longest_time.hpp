#pragma once

#include <cstdint>

#include "libgrid/base/run_control.hpp"
#include "libgrid/graph/csr_graph.hpp"

namespace libgrid {

/// An upper bound of all shortest times of the graph, at most about twice the longest in a graph
/// that is strongly connected. Two searches inside each strong component. Throws Cancelled.
[[nodiscard]] std::uint64_t longest_time(const CsrGraph& graph, const RunControl& control);

}  // namespace libgrid
