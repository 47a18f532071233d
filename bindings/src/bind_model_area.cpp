#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "arrays.hpp"
#include "libgrid/model/study_area.hpp"

namespace libgrid::python {
namespace {

using Ints = Column<std::int32_t>;
using Flags = Column<std::uint8_t>;
using Doubles = Column<double>;

template <class T>
std::vector<T> copy_of(const Column<T>& column) {
  const auto span = as_span(column);
  return {span.begin(), span.end()};
}

// Codes of an enum, checked: a number outside it must never become a level or a kind.
template <class Enum>
std::vector<Enum> codes_of(const Flags& column, std::uint8_t count, const char* name) {
  std::vector<Enum> codes;
  codes.reserve(static_cast<std::size_t>(column.size()));
  for (const auto code : as_span(column)) {
    require(code < count, [&] { return std::string{name} + " has a code outside its list"; });
    codes.push_back(static_cast<Enum>(code));
  }
  return codes;
}

HouseholdColumns household_columns(const Ints& place, const py::dict& columns) {
  const auto ints = [&](const char* name) { return copy_of(columns[name].cast<Ints>()); };
  const auto points = as_points(place, "place");
  HouseholdColumns c;
  c.place.assign(points.begin(), points.end());
  c.block = ints("block");
  c.grid = ints("grid");
  c.signed_team = ints("signed_team");
  c.n_usual = ints("n_usual");
  c.n_migrant = ints("n_migrant");
  c.n_short = ints("n_short");
  c.n_key = ints("n_key");
  c.n_next_key = ints("n_next_key");
  c.n_homebound = ints("n_homebound");
  c.n_signed = ints("n_signed");
  const auto conditions = columns["conditions"].cast<std::vector<Ints>>();
  require(conditions.size() == kConditionCount, [] {
    return "households: " + std::to_string(kConditionCount) + " condition columns are needed";
  });
  for (std::size_t k = 0; k < kConditionCount; ++k) c.conditions[k] = copy_of(conditions[k]);
  c.inside = copy_of(columns["inside"].cast<Flags>());
  return c;
}

}  // namespace

void bind_model_area(py::module_& m) {
  py::class_<Households>(m, "Households")
      .def(py::init([](const Ints& place, const py::dict& columns) {
             return Households{household_columns(place, columns)};
           }),
           py::arg("place").noconvert(), py::arg("columns"))
      .def("__len__", &Households::size);
  m.def(
      "find_household_faults",
      [](const Ints& place, const py::dict& columns) {
        const auto faults = find_household_faults(household_columns(place, columns));
        std::vector<std::uint8_t> codes;
        for (const auto fault : faults) codes.push_back(static_cast<std::uint8_t>(fault));
        return to_array(std::move(codes));
      },
      py::arg("place").noconvert(), py::arg("columns"));

  py::class_<Blocks>(m, "Blocks")
      .def(py::init([](const PolygonSet& footprint, const Ints& grid, const Ints& n_shops) {
             return Blocks{
                 {.footprint = footprint, .grid = copy_of(grid), .n_shops = copy_of(n_shops)}};
           }),
           py::arg("footprint"), py::arg("grid").noconvert(), py::arg("n_shops").noconvert())
      .def("__len__", &Blocks::size);

  py::class_<Grids>(m, "Grids")
      .def(py::init([](const Flags& level, const Ints& parent, const Ints& team) {
             return Grids{{.level = codes_of<GridLevel>(level, 4, "grids.level"),
                           .parent = copy_of(parent),
                           .team = copy_of(team)}};
           }),
           py::arg("level").noconvert(), py::arg("parent").noconvert(), py::arg("team").noconvert())
      .def_property_readonly(
          "team", [](py::object self) { return view_of(self.cast<const Grids&>().team(), self); })
      .def_property_readonly("leaf",
                             [](const Grids& g) {
                               std::vector<std::uint8_t> leaf;
                               for (std::int64_t i = 0; i < g.size(); ++i)
                                 leaf.push_back(g.is_leaf(i) ? 1 : 0);
                               return to_array(std::move(leaf));
                             })
      .def("__len__", &Grids::size);
  m.def(
      "find_parent_rings",
      [](const Ints& parent) { return to_array(find_parent_rings(copy_of(parent))); },
      py::arg("parent").noconvert());

  py::class_<Sites>(m, "Sites")
      .def(py::init([](const Ints& place, const Flags& kind, const Flags& designated,
                       const Flags& inside) {
             const auto points = as_points(place, "place");
             return Sites{{.place = {points.begin(), points.end()},
                           .kind = codes_of<SiteKind>(kind, 4, "sites.kind"),
                           .designated = copy_of(designated),
                           .inside = copy_of(inside)}};
           }),
           py::arg("place").noconvert(), py::arg("kind").noconvert(),
           py::arg("designated").noconvert(), py::arg("inside").noconvert())
      .def("__len__", &Sites::size);

  py::class_<Teams>(m, "Teams")
      .def(py::init([](const Ints& base_site, const Ints& n_doctor_teams,
                       const Ints& n_party_members, const Ints& n_grid_workers,
                       const Doubles& n_doctors, const Doubles& offered_min,
                       const Doubles& turnout_s) {
             return Teams{{.base_site = copy_of(base_site),
                           .n_doctor_teams = copy_of(n_doctor_teams),
                           .n_party_members = copy_of(n_party_members),
                           .n_grid_workers = copy_of(n_grid_workers),
                           .n_doctors = copy_of(n_doctors),
                           .offered_min = copy_of(offered_min),
                           .turnout_s = copy_of(turnout_s)}};
           }),
           py::arg("base_site").noconvert(), py::arg("n_doctor_teams").noconvert(),
           py::arg("n_party_members").noconvert(), py::arg("n_grid_workers").noconvert(),
           py::arg("n_doctors").noconvert(), py::arg("offered_min").noconvert(),
           py::arg("turnout_s").noconvert())
      .def("find_rule_breaks", [](const Teams& t) { return to_array(t.find_rule_breaks()); })
      .def("__len__", &Teams::size);

  py::class_<Sessions>(m, "Sessions")
      .def(py::init([](const Ints& site, const Ints& team, const Ints& weekday,
                       const Ints& start_min, const Ints& end_min, const Ints& every_n_weeks) {
             return Sessions{{.site = copy_of(site),
                              .team = copy_of(team),
                              .weekday = copy_of(weekday),
                              .start_min = copy_of(start_min),
                              .end_min = copy_of(end_min),
                              .every_n_weeks = copy_of(every_n_weeks)}};
           }),
           py::arg("site").noconvert(), py::arg("team").noconvert(), py::arg("weekday").noconvert(),
           py::arg("start_min").noconvert(), py::arg("end_min").noconvert(),
           py::arg("every_n_weeks").noconvert())
      .def(
          "sites_with_session",
          [](const Sessions& s, std::int64_t n) { return to_array(s.sites_with_session(n)); },
          py::arg("site_count"))
      .def(
          "sites_open_at",
          [](const Sessions& s, std::int64_t n, std::int32_t minute) {
            return to_array(s.sites_open_at(n, minute));
          },
          py::arg("site_count"), py::arg("minute_of_week"))
      .def("find_collisions", &Sessions::find_collisions)
      .def("__len__", &Sessions::size);

  py::class_<StudyArea>(m, "StudyArea")
      .def(py::init([](const Frame& frame, const Blocks& blocks, const Households& households,
                       const Grids& grids, const Sites& sites, const Teams& teams,
                       const Sessions& sessions) {
             return StudyArea{{frame, blocks, households, grids, sites, teams, sessions}};
           }),
           py::arg("frame"), py::arg("blocks"), py::arg("households"), py::arg("grids"),
           py::arg("sites"), py::arg("teams"), py::arg("sessions"))
      .def_property_readonly("grids", &StudyArea::grids,
                             py::return_value_policy::reference_internal)
      .def_property_readonly("teams", &StudyArea::teams,
                             py::return_value_policy::reference_internal)
      .def_property_readonly("sessions", &StudyArea::sessions,
                             py::return_value_policy::reference_internal)
      .def_property_readonly(
          "footprints",
          [](const StudyArea& a) -> const PolygonSet& { return a.blocks().columns().footprint; },
          py::return_value_policy::reference_internal)
      .def_property_readonly(
          "household_block",
          [](py::object self) {
            return view_of(self.cast<const StudyArea&>().households().columns().block, self);
          })
      .def(
          "household_grid",
          [](const StudyArea& a, const Ints& plan) {
            return to_array(a.household_grid(as_span(plan)));
          },
          py::arg("plan").noconvert())
      .def(
          "household_team",
          [](const StudyArea& a, const Ints& plan) {
            return to_array(a.household_team(as_span(plan)));
          },
          py::arg("plan").noconvert());
}

}  // namespace libgrid::python
