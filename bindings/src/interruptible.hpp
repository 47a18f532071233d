#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <utility>

#include <pybind11/pybind11.h>

#include "libgrid/base/run_control.hpp"

namespace libgrid::python {

namespace py = pybind11;

/// Runs `work(RunControl)` on a worker thread while this thread listens, and calls
/// `on_progress(done, total)` here, on the Python side, never from a worker. When a signal handler
/// has raised, `on_signal(source)` throws it on or asks the work to stop. `work` must not touch
/// Python objects.
template <class OnSignal, class Progress, class Work>
auto run_listening(OnSignal on_signal, Progress on_progress, unsigned threads, Work work) {
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
    if (PyErr_CheckSignals() != 0) on_signal(source);
    on_progress(meter.done.load(), meter.total.load());
  }
  on_progress(meter.done.load(), meter.total.load());
  return result.get();
}

/// The same for work whose half is worth nothing: Ctrl-C stops it and raises KeyboardInterrupt.
template <class Work>
auto run_interruptible(const py::object& on_progress, unsigned threads, Work work) {
  return run_listening([](std::stop_source&) { throw py::error_already_set{}; },
                       [&](std::int64_t done, std::int64_t total) {
                         if (!on_progress.is_none()) on_progress(done, total);
                       },
                       threads, std::move(work));
}

}  // namespace libgrid::python
