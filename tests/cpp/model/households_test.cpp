#include "libgrid/model/households.hpp"

#include <gtest/gtest.h>

#include "libgrid/base/error.hpp"
#include "study_area_example.hpp"

namespace libgrid {
namespace {

using testing::household_columns;

TEST(Households, KeepsItsColumns) {
  const Households households{household_columns(3)};
  EXPECT_EQ(households.size(), 3);
  EXPECT_EQ(households.columns().n_usual[2], 2);
}

TEST(Households, MigrantsArePartOfTheUsualResidents) {
  auto columns = household_columns(3);
  columns.n_migrant[1] = 3;
  EXPECT_EQ(find_household_faults(columns)[1], HouseholdFault::more_migrants_than_usual);
  EXPECT_THROW(Households{columns}, InvalidInput);
}

TEST(Households, KeyPeopleLiveThere) {
  auto columns = household_columns(2);
  columns.n_key[0] = 3;
  EXPECT_EQ(find_household_faults(columns)[0], HouseholdFault::more_than_residents);
  columns.n_short[0] = 1;  // a short-term guest may be the third key person
  EXPECT_EQ(find_household_faults(columns)[0], HouseholdFault::none);
}

TEST(Households, UnknownConditionsAreNoFault) {
  auto columns = household_columns(1);
  columns.conditions[0][0] = kUnknownCount;
  EXPECT_EQ(find_household_faults(columns)[0], HouseholdFault::none);
  columns.conditions[0][0] = -2;
  EXPECT_EQ(find_household_faults(columns)[0], HouseholdFault::negative);
}

TEST(Households, NamesTheColumnThatHasAnotherLength) {
  auto columns = household_columns(2);
  columns.n_key.pop_back();
  try {
    const Households households{columns};
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_STREQ(error.what(), "households.n_key has 1 entries, the table has 2 rows");
  }
}

}  // namespace
}  // namespace libgrid
