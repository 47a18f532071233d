#include "libgrid/model/sites.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"

namespace libgrid {
namespace {

TEST(Sites, RefusesColumnsOfDifferentLength) {
  EXPECT_EQ(Sites({.place = {{0, 0}}, .kind = {SiteKind::studio}, .designated = {0}, .inside = {1}})
                .size(),
            1);
  EXPECT_THROW(Sites({.place = {{0, 0}}, .kind = {}, .designated = {0}, .inside = {1}}),
               InvalidInput);
}

}  // namespace
}  // namespace libgrid
