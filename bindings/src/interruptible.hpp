#pragma once

#include <chrono>
#include <future>
#include <utility>

#include <pybind11/pybind11.h>

#include "libgrid/base/run_control.hpp"

namespace libgrid::python {

namespace py = pybind11;

/// Runs `work(RunControl)` on a worker thread while this thread listens: Ctrl-C stops the work and
/// raises KeyboardInterrupt, and `on_progress(done, total)` is called here, on the Python side,
/// never from a worker. `work` must not touch Python objects.
template <class Work>
auto run_interruptible(const py::object& on_progress, unsigned threads, Work work) {
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
    if (PyErr_CheckSignals() != 0) throw py::error_already_set{};
    if (!on_progress.is_none()) on_progress(meter.done.load(), meter.total.load());
  }
  if (!on_progress.is_none()) on_progress(meter.done.load(), meter.total.load());
  return result.get();
}

}  // namespace libgrid::python
