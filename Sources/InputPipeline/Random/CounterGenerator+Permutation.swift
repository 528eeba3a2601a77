extension CounterGenerator {
  /// The numbers `0 ..< count` in random order, each order equally likely.
  ///
  /// A pure function of the key and `count`; uses the words at the counters `0 ..< count`.
  ///
  /// - Parameter count: At least 0; traps otherwise.
  @inlinable public func permutation(of count: Int) -> [Int] {
    var numbers = Array(0..<count)
    shuffle(&numbers)
    return numbers
  }

  /// Puts `elements` into random order: the element at `i` of the result is the one at `permutation(of:)[i]`.
  ///
  /// Source: R. Fisher, F. Yates, in the form of R. Durstenfeld, "Algorithm 235: Random permutation" (1964).
  @inlinable public func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    elements.withUnsafeMutableBufferPointer { elements in
      var last = elements.count - 1
      while last > 0 {
        let chosen = integer(below: UInt64(last + 1), at: UInt64(last))
        elements.swapAt(last, Int(truncatingIfNeeded: chosen))
        last -= 1
      }
    }
  }
}
