# The developer's component: headers, archives and find_package(libgrid). The Python component is the wheel.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(modules GLOBAL PROPERTY LIBGRID_MODULES)
set(destination ${CMAKE_INSTALL_LIBDIR}/cmake/libgrid)
install(TARGETS libgrid ${modules} EXPORT libgridTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
install(FILES libgrid/include/libgrid/libgrid.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/libgrid COMPONENT dev)
install(EXPORT libgridTargets NAMESPACE libgrid:: DESTINATION ${destination} COMPONENT dev)
configure_package_config_file(cmake/libgridConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/libgridConfig.cmake
  INSTALL_DESTINATION ${destination})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/libgridConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/libgridConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/libgridConfigVersion.cmake
  DESTINATION ${destination} COMPONENT dev)
