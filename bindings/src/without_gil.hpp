#pragma once

#include <pybind11/pybind11.h>

namespace libgrid::python {

/// Lets other Python threads run meanwhile. `work` must not touch Python objects.
template <class Work>
auto without_gil(const Work& work) {
  const pybind11::gil_scoped_release nogil;
  return work();
}

}  // namespace libgrid::python
