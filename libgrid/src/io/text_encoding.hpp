#pragma once

#include <string>
#include <string_view>

#include "libgrid/io/vector_file.hpp"

namespace libgrid {

/// The encoding that a label means: every name of the Chinese national standards is GB18030, which
/// holds the older ones whole; upper case otherwise.
[[nodiscard]] std::string encoding_named(std::string_view label);

/// Decodes names and texts that came as bytes, in place. Whole layer or nothing: a wrong guess must
/// not give half-right text. An empty `label` means UTF-8 where everything is, else GB18030; never
/// Latin-1. A field name that the format has cut in the middle of a character loses the rest of it.
/// Throws IoError naming column and rows. A GDAL session must be open: its recoder is used.
void decode_texts(VectorLayer& layer, std::string_view label, const std::string& file);

}  // namespace libgrid
