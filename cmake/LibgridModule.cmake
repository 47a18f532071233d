# libgrid_module(NAME FLOOR_BELOW... SOURCES ... LINK ...): one static library per module of the house.
# Sources are src/<module>/*.cpp as listed; headers are found by the install rule and the header check.
function(libgrid_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LINK" ${ARGN})
  list(TRANSFORM arg_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/src/${name}/)
  add_library(libgrid_${name} STATIC ${arg_SOURCES})
  add_library(libgrid::${name} ALIAS libgrid_${name})
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/include/libgrid/${name}/*.hpp)
  target_sources(libgrid_${name} PUBLIC FILE_SET HEADERS
    BASE_DIRS ${CMAKE_CURRENT_SOURCE_DIR}/include FILES ${headers})
  set_target_properties(libgrid_${name} PROPERTIES
    POSITION_INDEPENDENT_CODE ON VERIFY_INTERFACE_HEADER_SETS ON EXPORT_NAME ${name})
  target_compile_features(libgrid_${name} PUBLIC cxx_std_20)
  target_link_libraries(libgrid_${name} PUBLIC Threads::Threads Eigen3::Eigen)
  foreach(dependency IN LISTS arg_DEPENDS)
    target_link_libraries(libgrid_${name} PUBLIC libgrid_${dependency})
  endforeach()
  target_link_libraries(libgrid_${name} PRIVATE $<BUILD_INTERFACE:libgrid_flags> ${arg_LINK})
  set_property(GLOBAL APPEND PROPERTY LIBGRID_MODULES libgrid_${name})
endfunction()
