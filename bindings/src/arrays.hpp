#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>

#include "libgrid/base/error.hpp"
#include "libgrid/geometry/frame.hpp"
#include "libgrid/geometry/point.hpp"

namespace libgrid::python {

namespace py = pybind11;

/// A C-contiguous numpy array of exactly T. Pair with `.noconvert()`: copies and casts are made in
/// Python, where the user can see them, never here.
template <class T>
using Column = py::array_t<T, py::array::c_style>;

template <class T>
std::span<const T> as_span(const Column<T>& column) {
  return {column.data(), static_cast<std::size_t>(column.size())};
}

/// An (n, 2) array read in place as n pairs: float64 as Positions, int32 as Points.
template <class Pair, class T>
std::span<const Pair> as_pairs(const Column<T>& array, const char* name) {
  static_assert(sizeof(Pair) == 2 * sizeof(T));
  require(array.ndim() == 2 && array.shape(1) == 2,
          [&] { return std::string{name} + " must have shape (n, 2)"; });
  return {reinterpret_cast<const Pair*>(array.data()), static_cast<std::size_t>(array.shape(0))};
}
inline std::span<const Position> as_positions(const Column<double>& array, const char* name) {
  return as_pairs<Position>(array, name);
}
inline std::span<const Point> as_points(const Column<std::int32_t>& array, const char* name) {
  return as_pairs<Point>(array, name);
}

/// A read-only numpy view of `values`, kept alive by `owner`.
template <class T>
py::array view_of(const std::vector<T>& values, py::handle owner) {
  py::array_t<T> view(static_cast<py::ssize_t>(values.size()), values.data(), owner);
  view.attr("setflags")(py::arg("write") = false);
  return view;
}

/// Hands a vector over to numpy: no copy, the array owns it.
template <class T>
py::array_t<T> to_array(std::vector<T>&& values) {
  auto* kept = new std::vector<T>(std::move(values));
  const py::capsule owner(kept, [](void* p) { delete static_cast<std::vector<T>*>(p); });
  return py::array_t<T>(static_cast<py::ssize_t>(kept->size()), kept->data(), owner);
}

/// An array over a vector of rows × columns values.
template <class T>
py::array to_table(std::vector<T>&& values, std::size_t columns) {
  const auto rows = columns == 0 ? 0 : values.size() / columns;
  return to_array(std::move(values))
      .reshape({static_cast<py::ssize_t>(rows), static_cast<py::ssize_t>(columns)});
}

/// The same for pairs, as an (n, 2) array.
template <class T, class Pair>
py::array_t<T> to_pair_array(std::vector<Pair>&& values) {
  static_assert(sizeof(Pair) == 2 * sizeof(T));
  auto* kept = new std::vector<Pair>(std::move(values));
  const py::capsule owner(kept, [](void* p) { delete static_cast<std::vector<Pair>*>(p); });
  return py::array_t<T>({static_cast<py::ssize_t>(kept->size()), py::ssize_t{2}},
                        reinterpret_cast<const T*>(kept->data()), owner);
}

}  // namespace libgrid::python
