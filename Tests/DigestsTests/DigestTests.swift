import Digests
import Testing

@Suite("Digest")
struct DigestTests {
  // RFC 1321, A.5, and FIPS 180-4 examples.
  @Test(
    "known values, in one piece or byte by byte",
    arguments: [
      (Digest.Algorithm.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
      (.md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
      (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
  func known(algorithm: Digest.Algorithm, text: String, expected: String) {
    let bytes = Array(text.utf8)
    var whole = Digest(algorithm)
    var pieces = Digest(algorithm)

    bytes.withUnsafeBytes { whole.update($0) }
    for byte in bytes { withUnsafeBytes(of: byte) { pieces.update($0) } }

    #expect(whole.hexadecimal() == expected)
    #expect(pieces.hexadecimal() == expected)
  }
}
