#pragma once

#include <utility>

#include "interruptible.hpp"

namespace libgrid::python {

/// Like run_interruptible, for work that returns the best it has when it is stopped: Ctrl-C stops
/// the work and its answer is returned. What `on_progress(done, total)` throws stops it too, and is
/// thrown on.
template <class Progress, class Work>
auto run_to_best(Progress on_progress, unsigned threads, Work work) {
  return run_listening(
      [](std::stop_source& source) {
        if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) == 0) throw py::error_already_set{};
        PyErr_Clear();
        source.request_stop();
      },
      std::move(on_progress), threads, std::move(work));
}

}  // namespace libgrid::python
