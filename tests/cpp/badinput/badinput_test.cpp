// The catalogue of bad inputs, as far as the core guards it. The cases are data:
// tests/badinput/*.toml, of which tests/badinput/core_cases.py makes the plain lines that are read
// here.

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libgrid/geometry/locate.hpp"
#include "libgrid/geometry/overlaps.hpp"
#include "libgrid/geometry/validity.hpp"
#include "libgrid/io/wkb.hpp"
#include "libgrid/model/grids.hpp"
#include "libgrid/model/households.hpp"
#include "libgrid/model/plan.hpp"
#include "libgrid/model/service_rules.hpp"
#include "libgrid/model/sessions.hpp"
#include "libgrid/model/teams.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in{text};
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}

struct Case {
  std::string id;
  std::string kind;
  std::vector<std::int64_t> rows;  ///< those that must be named
  std::string says;
  std::map<std::string, std::string> columns;

  [[nodiscard]] bool has(const std::string& name) const { return columns.contains(name); }
  template <class T>
  [[nodiscard]] std::vector<T> column(const std::string& name) const {
    std::vector<T> values;
    for (const auto& word : split(columns.at(name), ','))
      values.push_back(static_cast<T>(std::stod(word)));
    return values;
  }
  [[nodiscard]] std::string rows_as_text() const {
    std::string text;
    for (const auto row : rows) text += (text.empty() ? "" : ", ") + std::to_string(row);
    return text;
  }
};

std::vector<Case> read_cases() {
  std::ifstream in{LIBGRID_BADINPUT_CASES};
  std::vector<Case> cases;
  for (std::string line; std::getline(in, line);) {
    const auto cells = split(line, '\t');
    if (cells.size() != 5) {
      ADD_FAILURE() << "a line of " << cells.size() << " cells: " << line.substr(0, 80);
      continue;
    }
    Case c{.id = cells[0], .kind = cells[1], .rows = {}, .says = cells[3], .columns = {}};
    for (const auto& row : split(cells[2], ',')) c.rows.push_back(std::stoll(row));
    for (const auto& column : split(cells[4], ';')) {
      const auto sign = column.find('=');
      c.columns[column.substr(0, sign)] = column.substr(sign + 1);
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

/// `build` throws InvalidInput that names exactly the case's rows, or nothing when there are none.
template <class Build>
void expect_refusal(const Case& c, Build&& build) {
  if (c.rows.empty()) {
    EXPECT_NO_THROW(build());
    return;
  }
  try {
    build();
    ADD_FAILURE() << "nothing was refused";
  } catch (const InvalidInput& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find(c.says), std::string::npos) << what;
    // The rows as a whole list: "… 3" must not be found in "… 13" nor in "… 3, 4".
    const auto rows = c.rows_as_text();
    const auto at = what.rfind(rows);
    ASSERT_NE(at, std::string::npos) << what;
    EXPECT_FALSE(at > 0 && (std::isdigit(static_cast<unsigned char>(what[at - 1])) != 0)) << what;
    EXPECT_NE(what.substr(at + rows.size(), 2), ", ") << what;
  }
}

std::vector<Point> points_of(const Case& c, const std::string& name) {
  const auto mm = c.column<std::int32_t>(name);
  std::vector<Point> points;
  for (std::size_t i = 0; i + 1 < mm.size(); i += 2) points.push_back({mm[i], mm[i + 1]});
  return points;
}

PolygonSet polygons_of(const Case& c) {
  return PolygonSet{{.points = points_of(c, "xy_mm"),
                     .point_begin = c.column<std::int64_t>("point_begin"),
                     .ring_begin = c.column<std::int64_t>("ring_begin"),
                     .part_begin = c.column<std::int64_t>("part_begin")}};
}

void check_polygons(const Case& c) {
  std::vector<std::int64_t> found;
  for (const auto& fault : find_polygon_faults(polygons_of(c))) {
    if (fault.reason == "empty") continue;  // a community's grid has no outline of its own
    found.push_back(fault.polygon);
    EXPECT_NE(fault.reason.find(c.says), std::string::npos) << fault.reason;
  }
  EXPECT_EQ(found, c.rows);
}

void check_locate(const Case& c) {
  const auto places = points_of(c, "place_mm");
  const auto found = PointLocator{polygons_of(c)}.locate(places);
  EXPECT_EQ(found, c.column<std::int32_t>("holder"));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    const bool named = std::find(c.rows.begin(), c.rows.end(), row) != c.rows.end();
    EXPECT_EQ(found[i] < 0, named) << "place " << i;
  }
}

void check_overlaps(const Case& c) {
  const auto found = find_overlaps(polygons_of(c));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ((std::vector<std::int64_t>{found[0].a, found[0].b}), c.rows);
  EXPECT_DOUBLE_EQ(found[0].area_m2, std::stod(c.says));
}

/// The bad geometry stands between two good ones, whose rows must come out whole.
void check_wkb(const Case& c) {
  const auto hex = c.columns.at("hex");
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  GeometryColumn good;
  good.kind = GeometryKind::polygon;
  good.points = {{0, 0}, {1, 0}, {1, 1}, {0, 0}};
  good.point_begin = {0, 4};
  good.ring_begin = {0, 1};
  good.part_begin = {0, 1};
  std::string square;
  write_wkb(good, 0, false, square);
  const std::span<const std::uint8_t> square_bytes{
      reinterpret_cast<const std::uint8_t*>(square.data()), square.size()};

  GeometryColumn column;
  std::vector<std::int64_t> found;
  std::int64_t row = 0;
  for (const auto& wkb : {square_bytes, std::span<const std::uint8_t>{bytes}, square_bytes}) {
    if (const char* fault = append_wkb(column, wkb); fault != nullptr) {
      found.push_back(row);
      EXPECT_NE(std::string{fault}.find(c.says), std::string::npos) << fault;
    }
    ++row;
  }
  EXPECT_EQ(found, c.rows);
  for (std::size_t i = 0; i < 3; ++i) {
    const bool named =
        std::find(found.begin(), found.end(), static_cast<std::int64_t>(i)) != found.end();
    EXPECT_EQ(is_missing(column, i), named) << "row " << i;
  }
}

void check_households(const Case& c) {
  HouseholdColumns columns;
  columns.n_usual = c.column<std::int32_t>("n_usual");
  const auto n = columns.n_usual.size();
  columns.place.resize(n);
  columns.block.assign(n, -1);
  columns.grid.assign(n, -1);
  columns.signed_team.assign(n, -1);
  columns.n_migrant = c.column<std::int32_t>("n_migrant");
  columns.n_short = c.column<std::int32_t>("n_short");
  columns.n_key = c.column<std::int32_t>("n_key");
  columns.n_next_key = c.column<std::int32_t>("n_next_key");
  columns.n_homebound = c.column<std::int32_t>("n_homebound");
  columns.n_signed = c.column<std::int32_t>("n_signed");
  const std::array<const char*, kConditionCount> names{"n_hypertension", "n_diabetes", "n_mental",
                                                       "n_tuberculosis", "n_age65",    "n_newborn",
                                                       "n_child0_6",     "n_pregnant"};
  for (std::size_t k = 0; k < kConditionCount; ++k)
    columns.conditions[k] = c.column<std::int32_t>(names[k]);
  columns.inside.assign(n, 1);
  std::vector<std::int64_t> found;
  const auto faults = find_household_faults(columns);
  for (std::size_t i = 0; i < n; ++i)
    if (faults[i] != HouseholdFault::none) found.push_back(static_cast<std::int64_t>(i));
  EXPECT_EQ(found, c.rows);
  expect_refusal(c, [&] { return Households{columns}; });
}

void check_teams(const Case& c) {
  TeamColumns columns{.base_site = {},
                      .n_doctor_teams = c.column<std::int32_t>("n_doctor_teams"),
                      .n_party_members = c.column<std::int32_t>("n_party_members"),
                      .n_grid_workers = c.column<std::int32_t>("n_grid_workers"),
                      .n_doctors = c.column<double>("n_doctors"),
                      .offered_min = c.column<double>("offered_min"),
                      .turnout_s = c.column<double>("turnout_s")};
  columns.base_site.assign(columns.n_doctors.size(), -1);
  expect_refusal(c, [&] { return Teams{columns}; });
}

SessionColumns sessions_of(const Case& c) {
  SessionColumns columns;
  columns.team = c.column<std::int32_t>("team");
  columns.site.assign(columns.team.size(), 0);
  columns.weekday = c.column<std::int32_t>("weekday");
  columns.start_min = c.column<std::int32_t>("start_min");
  columns.end_min = c.column<std::int32_t>("end_min");
  columns.every_n_weeks.assign(columns.team.size(), 1);
  return columns;
}

void check_collisions(const Case& c) {
  std::vector<std::int64_t> found;
  for (const auto& [a, b] : Sessions{sessions_of(c)}.find_collisions()) {
    found.push_back(a);
    found.push_back(b);
  }
  EXPECT_EQ(found, c.rows);
}

void check_grids(const Case& c) {
  const auto parent = c.column<std::int32_t>("parent");
  std::vector<std::int64_t> found;
  for (const auto row : find_parent_rings(parent)) found.push_back(row);
  EXPECT_EQ(found, c.rows);
}

void check_frame(const Case& c) {
  const auto x = c.column<double>("x_m");
  const auto y = c.column<double>("y_m");
  std::vector<Position> positions;
  for (std::size_t i = 0; i < x.size(); ++i) positions.push_back({x[i], y[i]});
  expect_refusal(c, [&] { return to_points(Frame{positions[0]}, positions); });
}

void check_edges(const Case& c) {
  const auto tail = c.column<std::int32_t>("tail");
  const auto head = c.column<std::int32_t>("head");
  const auto nodes = c.column<std::int32_t>("nodes")[0];
  expect_refusal(c, [&] {
    const auto ms = round_to_ms(c.column<double>("seconds"), "seconds");
    return RoadNetwork::from_edges(nodes, {}, {tail, head, ms}).edge_count();
  });
}

void check_plan_labels(const Case& c) {
  const auto labels = c.column<std::int32_t>("labels");
  expect_refusal(c, [&] { check_plan({labels, c.column<std::int32_t>("grids")[0]}); });
}

void check_rules(const Case& c) {
  auto rules = default_service_rules();
  rules.resize(c.column<double>("per_year").size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    rules[i].per_year = c.column<double>("per_year")[i];
    rules[i].minutes = c.column<double>("minutes")[i];
  }
  expect_refusal(c, [&] { check_service_rules(rules); });
}

const std::map<std::string, void (*)(const Case&)> kChecks{
    {"polygons", check_polygons},
    {"locate", check_locate},
    {"overlaps", check_overlaps},
    {"wkb", check_wkb},
    {"households", check_households},
    {"teams", check_teams},
    {"sessions",
     [](const Case& c) { expect_refusal(c, [&] { return Sessions{sessions_of(c)}; }); }},
    {"collisions", check_collisions},
    {"grids", check_grids},
    {"frame", check_frame},
    {"edges", check_edges},
    {"plan", check_plan_labels},
    {"service_rules", check_rules},
};

TEST(BadInput, EveryCaseOfTheCatalogueNamesItsRows) {
  const auto cases = read_cases();
  ASSERT_GT(cases.size(), 40U);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.id + " " + c.kind);
    const auto check = kChecks.find(c.kind);
    if (check == kChecks.end())
      ADD_FAILURE() << "unknown kind";
    else
      check->second(c);
  }
}

}  // namespace
}  // namespace libgrid
