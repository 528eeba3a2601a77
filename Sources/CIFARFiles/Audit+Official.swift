import CIFAR

/// Whether files are the official ones, as far as anybody can tell without the official archive.
extension Audit {
  /// In a set of which one file is official, all must be: then a difference is damage and not another set.
  mutating func compareWithOfficial() {
    let known = knownDigests
    guard !known.isEmpty else { return }
    let isAnyOfficial = known.contains { $0.found == $0.expected }
    isOfficial = isAnyOfficial && known.allSatisfy { $0.found == $0.expected }
    if isAnyOfficial { addDifferences(known) }
  }

  /// Finds fault with each file that is not the official one.
  ///
  /// Files of the python version have known digests. For those of the binary version none are published: they
  /// must have the official sizes and, together, of each class as many records as the official set. Called
  /// after ``conclude(isStrict:digests:)``.
  mutating func requireOfficial() {
    switch variant {
    case .python:
      // Where some are official, the differences of the others have been found already.
      let known = knownDigests
      if !known.contains(where: { $0.found == $0.expected }) { addDifferences(known) }
    case .binary:
      requireOfficialSizes()
      if severity == nil { requireOfficialCounts() }
    }
  }

  /// The MD5 of each file of which an official one is known.
  private var knownDigests: [(index: Int, found: String, expected: String)] {
    let expectedMD5 = KnownArchive.of(kind, variant).memberMD5
    return files.indices.compactMap { index in
      guard let found = files[index].md5,
        let expected = expectedMD5[files[index].name]
      else { return nil }
      return (index, found, expected)
    }
  }

  private mutating func addDifferences(_ known: [(index: Int, found: String, expected: String)]) {
    for (index, found, expected) in known where found != expected {
      files[index].problems.append(
        .wrong(
          "\(path(of: files[index].name).escaped): digest does not match that of the official file "
            + "(expected md5 \(expected), found \(found))"))
    }
  }

  private mutating func requireOfficialSizes() {
    for index in files.indices {
      guard let split = files[index].split, let found = files[index].byteCount else { continue }
      let expected = kind.facts.recordsPerFile(split) * kind.facts.layout.recordLength
      guard found != expected else { continue }
      files[index].problems.append(
        .wrong(
          "\(path(of: files[index].name).escaped): size is not the official one "
            + "(expected \(expected) bytes, found \(found))"))
    }
  }

  private mutating func requireOfficialCounts() {
    let classes = recordFiles.compactMap(\.classCounts.last)
    let total = Split.allCases.map(kind.facts.recordCount).reduce(0, +)
    let counts = kind.facts.fineNames.indices.map { label in classes.map { $0[label] }.reduce(0, +) }
    guard !counts.allSatisfy({ $0 == total / counts.count }) else { return }
    problems.append(.wrong("\(path.escaped): its classes have not the official numbers of records"))
  }
}
