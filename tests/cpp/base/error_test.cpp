#include "libgrid/base/error.hpp"

#include <string>

#include <gtest/gtest.h>

namespace libgrid {
namespace {

TEST(Require, DoesNotBuildTheMessageWhenAllIsWell) {
  require(true, []() -> std::string {
    ADD_FAILURE() << "the message was built";
    return "";
  });
}

TEST(Require, ThrowsInvalidInputWithTheMessage) {
  try {
    require(false, [] { return std::string{"three grids"}; });
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "three grids");
  }
}

TEST(Assert, IsCheckedInEveryBuild) { EXPECT_THROW(LIBGRID_ASSERT(1 == 2), Error); }

}  // namespace
}  // namespace libgrid
