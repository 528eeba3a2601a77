import Platform

/// Ends the process after one line on standard error, `cause`, in debug and release builds alike.
///
/// For what only a mistake in the program can bring about. `preconditionFailure` says nothing in a release build.
///
/// - Parameter cause: Names what was misused and what is wrong: `queue 'images': the capacity is 0`.
@usableFromInline
package func misuse(_ cause: String) -> Never {
  var line = cause + "\n"
  line.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  abort()
}

/// Ends the process as ``misuse(_:)`` does unless `condition` holds; `cause` is made only then.
@inlinable
package func require(_ condition: Bool, _ cause: @autoclosure () -> String) {
  if !condition { misuse(cause()) }
}
