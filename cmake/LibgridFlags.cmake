# How our own code is compiled. Consumers of the installed library see none of this.
# ffp-contract=off: a fused multiply-add rounds differently, and the same input must give the same bits.
add_library(libgrid_flags INTERFACE)
target_compile_features(libgrid_flags INTERFACE cxx_std_20)
target_compile_options(libgrid_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -ffp-contract=off -fvisibility=hidden
  $<$<BOOL:${LIBGRID_WERROR}>:-Werror>)
target_compile_definitions(libgrid_flags INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(LIBGRID_SANITIZE)
  target_compile_options(libgrid_flags INTERFACE
    -fsanitize=${LIBGRID_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1)
  target_link_options(libgrid_flags INTERFACE -fsanitize=${LIBGRID_SANITIZE})
endif()
