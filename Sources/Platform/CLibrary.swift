// The C library under whatever name the system has it, and the calls of the system that Swift does not show or that
// systems have in different forms. No other file imports one of these modules, so a port to another system begins, and
// should end, here and in CSystemCalls.
//
// What was built and tested: Glibc on Linux, x86-64. The other branches are written from the systems' headers and untested.
#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#elseif canImport(Darwin)
  @_exported import Darwin
#endif
@_exported import CSystemCalls

#if canImport(Darwin)
  /// What `opendir` returns.
  public typealias DirectoryStream = UnsafeMutablePointer<DIR>
#else
  /// What `opendir` returns.
  public typealias DirectoryStream = OpaquePointer
#endif
