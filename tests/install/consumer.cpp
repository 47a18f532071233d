// Three households on a line, two doctors at its ends: who is reached within two minutes?
#include <iostream>
#include <vector>

#include <libgrid/libgrid.hpp>

int main() {
  const libgrid::Frame frame{{410'000, 3'393'000}};
  const std::vector<libgrid::Position> places{{410'100, 3'393'000}, {410'200, 3'393'000}, {411'900, 3'393'000}};
  const auto points = libgrid::to_points(frame, places);
  std::cout << points.size() << " places, the last " << points[2].x_mm / 1000 << " m east of the origin\n";
  return points[2].x_mm == 1'900'000 ? 0 : 1;
}
