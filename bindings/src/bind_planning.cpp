#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "libgrid/planning/block_graph.hpp"

namespace libgrid::python {
namespace {

BlockGraph block_graph(std::int32_t block_count, const Column<std::int32_t>& a,
                       const Column<std::int32_t>& b, const Column<std::int64_t>& border_mm,
                       const Column<std::uint8_t>& tie) {
  static_assert(sizeof(BlockTie) == sizeof(std::uint8_t));
  for (const auto value : as_span(tie))
    require(value <= static_cast<std::uint8_t>(BlockTie::link),
            [&] { return "block graph: no such tie: " + std::to_string(value); });
  return {block_count,
          {as_span(a),
           as_span(b),
           as_span(border_mm),
           {reinterpret_cast<const BlockTie*>(tie.data()), static_cast<std::size_t>(tie.size())}}};
}

/// A read-only copy of what the graph holds, as an array of T.
template <class T, class Value>
py::array column_of(std::span<const Value> values) {
  std::vector<T> copy(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) copy[i] = static_cast<T>(values[i]);
  return to_array(std::move(copy));
}

}  // namespace

void bind_planning(py::module_& m) {
  py::class_<BlockGraph>(m, "BlockGraph")
      .def(py::init(&block_graph), py::arg("block_count"), py::arg("a").noconvert(),
           py::arg("b").noconvert(), py::arg("border_mm").noconvert(), py::arg("tie").noconvert())
      .def_property_readonly("block_count", &BlockGraph::block_count)
      .def_property_readonly("edge_count", &BlockGraph::edge_count)
      .def_property_readonly("a",
                             [](const BlockGraph& g) { return column_of<std::int32_t>(g.a()); })
      .def_property_readonly("b",
                             [](const BlockGraph& g) { return column_of<std::int32_t>(g.b()); })
      .def_property_readonly(
          "border_mm", [](const BlockGraph& g) { return column_of<std::int64_t>(g.border_mm()); })
      .def_property_readonly("tie",
                             [](const BlockGraph& g) { return column_of<std::uint8_t>(g.tie()); });
  m.def(
      "find_block_parts",
      [](const BlockGraph& graph, const Column<std::int32_t>& grid_of) {
        auto parts = find_parts(graph, as_span(grid_of));
        return py::make_tuple(to_array(std::move(parts.part)), to_array(std::move(parts.grid_of)));
      },
      py::arg("graph"), py::arg("grid_of").noconvert());
}

}  // namespace libgrid::python
