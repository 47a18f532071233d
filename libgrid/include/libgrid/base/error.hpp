#pragma once

#include <concepts>
#include <stdexcept>
#include <string>
#include <utility>

namespace libgrid {

/// Root of everything that libgrid throws. Catch this to catch the library.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The caller broke a documented precondition. Python: also ValueError.
class InvalidInput : public Error {
 public:
  using Error::Error;
};

/// A geometry cannot be used as it is. Python: also ValueError.
class GeometryError : public Error {
 public:
  using Error::Error;
};

/// A file could not be read or written; nothing was half done. Python: also OSError.
class IoError : public Error {
 public:
  using Error::Error;
};

/// No answer satisfies what was asked. Python: also RuntimeError.
class Infeasible : public Error {
 public:
  using Error::Error;
};

/// The caller asked the work to stop, and it did. Python: also KeyboardInterrupt.
class Cancelled : public Error {
 public:
  Cancelled() : Error{"cancelled"} {}
};

/// Throws InvalidInput unless `condition` holds. `message` is a callable that returns the text, so
/// a passing check never builds a string.
template <std::invocable Message>
void require(bool condition, Message&& message) {
  if (!condition) [[unlikely]]
    throw InvalidInput{std::forward<Message>(message)()};
}

}  // namespace libgrid

/// A broken promise of ours, never of the caller's. Checked in every build: a wrong plan is worse
/// than a stop.
#define LIBGRID_ASSERT(condition)                                                                 \
  do {                                                                                            \
    if (!(condition)) [[unlikely]]                                                                \
      throw ::libgrid::Error{std::string{"internal error, please report: "} + #condition + " (" + \
                             __FILE__ + ")"};                                                     \
  } while (false)
