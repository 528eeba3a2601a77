import FileSupport
import SystemPackage
import Testing

@Suite("TemporaryName")
struct TemporaryNameTests {
  @Test("its own names are recognised and have the documented form")
  func fresh() throws {
    let names = TemporaryName(for: "data.bin", purpose: .part)

    let name = names.fresh()

    #expect(name.string.hasPrefix(".data.bin.cifar-pipe-"))
    #expect(name.string.hasSuffix(".part"))
    #expect(names.matches(name))
    #expect(!TemporaryName(for: "data.bin", purpose: .staging).matches(name))
    #expect(!TemporaryName(for: "data", purpose: .part).matches(name))
  }

  @Test(
    "other people's names are not",
    arguments: [
      "data.bin", ".data.bin.part", ".data.bin.cifar-pipe-.part", ".data.bin.cifar-pipe-1-.part",
      ".data.bin.cifar-pipe-x-00000000.part", ".data.bin.cifar-pipe-1-0000000g.part",
      ".data.bin.cifar-pipe-1-000000000.part", ".data.bin.cifar-pipe-1-2-00000000.part",
      ".data.bin.cifar-pipe-1-00000000.part~", "x.data.bin.cifar-pipe-1-00000000.part",
    ])
  func foreign(name: String) throws {
    let component = try #require(FilePath.Component(name))

    #expect(!TemporaryName(for: "data.bin", purpose: .part).matches(component))
  }

  @Test("a name of 255 bytes still has a temporary name that fits")
  func long() throws {
    let long = try #require(FilePath.Component(String(repeating: "n", count: 255)))
    let names = TemporaryName(for: long, purpose: .staging)

    let name = names.fresh()

    #expect(name.bytes.count <= 255)
    #expect(names.matches(name))
  }
}
