import Testing

@testable import CIFAR

@Suite("Generated classes")
struct SyntheticClassesTests {
  @Test("every label has a name and an appearance of its own", arguments: DatasetKind.allCases)
  func labels(kind: DatasetKind) {
    let classes = SyntheticClasses.of(kind)
    for field in kind.facts.layout.labels {
      let names = field.selection == .fine ? classes.fineNames : classes.coarseNames
      #expect(names.count == field.classCount)
      #expect(Set(names).count == field.classCount)
    }
    #expect(classes.appearances.count == classes.fineNames.count)
    for (label, appearance) in classes.appearances.enumerated() {
      #expect(!classes.appearances[..<label].contains(appearance))
    }
  }

  @Test("names say what is seen")
  func names() {
    #expect(
      SyntheticClasses.cifar10.fineNames == [
        "disc", "square", "triangle", "ring", "cross", "star", "heart", "crescent", "arrow", "hourglass",
      ])
    #expect(SyntheticClasses.cifar100.fineNames[16] == "striped_ring")
    #expect(SyntheticClasses.cifar100.coarseNames[3] == "ring")
  }
}
