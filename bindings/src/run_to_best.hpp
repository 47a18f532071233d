#pragma once

#include <algorithm>
#include <chrono>
#include <future>

#include <pybind11/pybind11.h>

#include "libgrid/base/run_control.hpp"

namespace libgrid::python {

namespace py = pybind11;

/// Like run_interruptible, for work that returns the best it has when it is stopped: Ctrl-C stops
/// the work and its answer is returned. What `on_progress(done, total)` throws stops it too, and is
/// thrown on.
template <class Progress, class Work>
auto run_to_best(Progress on_progress, unsigned threads, Work work) {
  using namespace std::chrono_literals;
  ProgressMeter meter;
  std::stop_source source;
  auto result = std::async(std::launch::async, [&] {
    return work(RunControl{.stop = source.get_token(), .meter = &meter, .threads = threads});
  });
  // Destroyed before `result`, whose destructor waits for the worker.
  const struct StopOnExit {
    std::stop_source& source;
    ~StopOnExit() { source.request_stop(); }
  } stop_on_exit{source};

  auto wait = 1ms;  // short work must not pay for the listening
  for (;;) {
    {
      const py::gil_scoped_release nogil;
      if (result.wait_for(wait) == std::future_status::ready) break;
    }
    wait = std::min(2 * wait, 64ms);
    if (PyErr_CheckSignals() != 0) {
      if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) == 0) throw py::error_already_set{};
      PyErr_Clear();
      source.request_stop();
    }
    on_progress(meter.done.load(), meter.total.load());
  }
  on_progress(meter.done.load(), meter.total.load());
  return result.get();
}

}  // namespace libgrid::python
