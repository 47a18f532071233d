#pragma once

#include <pybind11/pybind11.h>

#include "arrays.hpp"
#include "libgrid/io/table.hpp"

namespace libgrid::python {

namespace py = pybind11;

inline constexpr const char* kKinds[] = {"none", "point", "line", "polygon"};
inline constexpr const char* kTypes[] = {"int64", "float64", "bool", "text"};

inline py::array_t<std::uint8_t> bytes_array(std::string&& bytes) {
  auto* kept = new std::string(std::move(bytes));
  const py::capsule owner(kept, [](void* p) { delete static_cast<std::string*>(p); });
  return py::array_t<std::uint8_t>(static_cast<py::ssize_t>(kept->size()),
                                   reinterpret_cast<const std::uint8_t*>(kept->data()), owner);
}

/// (name, type, values, valid); text has (begin, bytes) for values.
inline py::tuple column_to_python(ColumnData&& column) {
  const auto type = static_cast<std::size_t>(column.type());
  py::object values;
  if (auto* texts = std::get_if<TextValues>(&column.values))
    values =
        py::make_tuple(to_array(std::move(texts->begin)), bytes_array(std::move(texts->bytes)));
  else if (auto* reals = std::get_if<std::vector<double>>(&column.values))
    values = to_array(std::move(*reals));
  else if (auto* flags = std::get_if<std::vector<std::uint8_t>>(&column.values))
    values = to_array(std::move(*flags));
  else
    values = to_array(std::move(std::get<0>(column.values)));
  return py::make_tuple(column.name, kTypes[type], values, to_array(std::move(column.valid)));
}

inline py::dict table_to_python(TableColumns&& table) {
  py::list columns;
  for (auto& column : table.columns) columns.append(column_to_python(std::move(column)));
  auto& g = table.geometry;
  py::dict out;
  out["name"] = table.name;
  out["row_count"] = table.row_count;
  out["kind"] = kKinds[static_cast<std::size_t>(g.kind)];
  out["xy"] = to_pair_array<double>(std::move(g.points));
  out["point_begin"] = to_array(std::move(g.point_begin));
  out["ring_begin"] = to_array(std::move(g.ring_begin));
  out["part_begin"] = to_array(std::move(g.part_begin));
  out["columns"] = columns;
  return out;
}

}  // namespace libgrid::python
