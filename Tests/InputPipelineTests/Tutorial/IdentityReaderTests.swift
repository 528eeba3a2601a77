import InputPipeline
import SystemPackage
import Testing

@Suite("An identity reader", .timeLimit(.minutes(1)))
struct IdentityReaderTests {
  @Test("gives each name as key and record, whether there is such a file or not (6.2)")
  func reads() throws {
    let reader = IdentityReader()

    let lines = try reader.readAll(from: closedQueue(of: ["a", "no such file"]))

    #expect(lines == ["a=a", "no such file=no such file"])
    #expect([reader.recordsProduced, reader.workUnitsCompleted] == [2, 2])
  }
}
