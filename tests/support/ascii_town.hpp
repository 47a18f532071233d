#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libgrid/travel/road_network.hpp"

namespace libgrid::testing {

/// Streets drawn as text: each character is a 100 m step and 100 s of travel. `-` and `|` are
/// streets open both ways, `>` `<` `^` `v` run one way, every other character except blank is a
/// crossing. The first line is north. Letters can be looked up; row r, column c lies at (100 c,
/// -100 r) metres.
class AsciiTown {
 public:
  explicit AsciiTown(std::vector<std::string_view> map) : map_{std::move(map)} {
    RoadLines lines;
    std::vector<std::uint32_t> ms;
    std::vector<Passage> passage;
    const auto street = [&](int r, int c, int dr, int dc, Passage p) {
      for (const int step : {-1, 1}) lines.points.push_back(at(r + step * dr, c + step * dc));
      lines.begin.push_back(static_cast<std::int64_t>(lines.points.size()));
      ms.push_back(200'000);
      passage.push_back(p);
    };
    for (int r = 0; r < static_cast<int>(map_.size()); ++r) {
      for (int c = 0; c < static_cast<int>(map_[static_cast<std::size_t>(r)].size()); ++c) {
        switch (map_[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)]) {
          case '-':
            street(r, c, 0, 1, Passage::both);
            break;
          case '>':
            street(r, c, 0, 1, Passage::along);
            break;
          case '<':
            street(r, c, 0, 1, Passage::against);
            break;
          case '|':
            street(r, c, 1, 0, Passage::both);
            break;
          case 'v':
            street(r, c, 1, 0, Passage::along);
            break;
          case '^':
            street(r, c, 1, 0, Passage::against);
            break;
          default:
            break;
        }
      }
    }
    network_.push_back(RoadNetwork::from_lines(lines, ms, passage));
  }

  [[nodiscard]] const RoadNetwork& network() const { return network_.front(); }

  /// The node drawn with this letter; -1 when no street touches it.
  [[nodiscard]] std::int32_t node(char letter) const {
    for (std::size_t r = 0; r < map_.size(); ++r) {
      const auto c = map_[r].find(letter);
      if (c == std::string_view::npos) continue;
      const auto p = at(static_cast<int>(r), static_cast<int>(c));
      const auto& nodes = network().nodes();
      for (std::size_t v = 0; v < nodes.size(); ++v) {
        if (nodes[v] == p) return static_cast<std::int32_t>(v);
      }
    }
    return -1;
  }

  [[nodiscard]] static Point at(int row, int column) { return {column * 100'000, -row * 100'000}; }

 private:
  std::vector<std::string_view> map_;
  std::vector<RoadNetwork> network_;  // one; built after the drawing was read
};

}  // namespace libgrid::testing
