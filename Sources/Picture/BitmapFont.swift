/// Letters of 5 by 8 pixels for the characters 32 to 126 of ASCII; others appear as a box.
///
/// The lowest row is for what hangs below the line. Drawn for this project.
enum BitmapFont {
  /// Columns of a letter.
  static let width = 5
  /// Rows of a letter.
  static let height = 8
  /// Columns from one letter to the next.
  static let advance = width + 1

  /// Whether a pixel of a letter is ink.
  ///
  /// - Parameters:
  ///   - column: `0 ..< width`, from the left.
  ///   - row: `0 ..< height`, from the top.
  static func isInk(_ character: Character, column: Int, row: Int) -> Bool {
    drawing(of: character) >> (8 * column + row) & 1 == 1
  }

  /// Columns that a text takes, without a gap at its end.
  static func width(of text: some StringProtocol) -> Int {
    max(0, text.count * advance - 1)
  }

  /// The drawing of a letter: a byte for each column from the left, lowest bit at the top.
  private static func drawing(of character: Character) -> UInt64 {
    guard let code = character.asciiValue, (32...126).contains(code) else { return box }
    return drawings[Int(code) - 32]
  }

  /// What stands for a character that the font does not have.
  private static let box: UInt64 = 0x7f_4141_417f

  private static let drawings: [UInt64] = [
    0x00_0000_0000, 0x00_005f_0000, 0x00_0700_0700, 0x14_7f14_7f14,  // space ! " #
    0x12_2a7f_2a24, 0x63_6408_1363, 0x50_2659_4936, 0x00_0007_0000,  // $ % & '
    0x00_4122_1c00, 0x00_1c22_4100, 0x2a_1c3e_1c2a, 0x08_083e_0808,  // ( ) * +
    0x00_2060_8000, 0x08_0808_0808, 0x00_6060_0000, 0x03_0408_1060,  // , - . /
    0x3e_4549_513e, 0x00_407f_4200, 0x46_4949_5162, 0x36_4949_4122,  // 0 1 2 3
    0x10_7f12_1418, 0x39_4545_4527, 0x30_4949_4a3c, 0x03_0519_6101,  // 4 5 6 7
    0x36_4949_4936, 0x1e_2949_4906, 0x00_3636_0000, 0x00_2666_8000,  // 8 9 : ;
    0x00_4122_1408, 0x14_1414_1414, 0x08_1422_4100, 0x06_0951_0102,  // < = > ?
    0x0e_555d_413e, 0x7e_0909_097e, 0x36_4949_497f, 0x22_4141_413e,  // @ A B C
    0x1c_2241_417f, 0x41_4949_497f, 0x01_0909_097f, 0x7a_4949_413e,  // D E F G
    0x7f_0808_087f, 0x00_417f_4100, 0x01_3f41_4020, 0x41_2214_087f,  // H I J K
    0x40_4040_407f, 0x7f_020c_027f, 0x7f_3008_067f, 0x3e_4141_413e,  // L M N O
    0x06_0909_097f, 0x5e_2151_413e, 0x46_2919_097f, 0x31_4949_4946,  // P Q R S
    0x01_017f_0101, 0x3f_4040_403f, 0x0f_3040_300f, 0x7f_2018_207f,  // T U V W
    0x63_1408_1463, 0x03_0478_0403, 0x43_4549_5161, 0x00_4141_7f00,  // X Y Z [
    0x60_1008_0403, 0x00_7f41_4100, 0x04_0201_0204, 0x80_8080_8080,  // \ ] ^ _
    0x00_0002_0100, 0x78_5454_5420, 0x38_4444_447f, 0x20_4444_4438,  // ` a b c
    0x7f_4444_4438, 0x18_5454_5438, 0x02_0909_7e08, 0x7c_a4a4_a418,  // d e f g
    0x78_0404_047f, 0x00_407d_4400, 0x00_7d84_8000, 0x00_4428_107f,  // h i j k
    0x00_407f_4100, 0x78_0478_047c, 0x78_0404_047c, 0x38_4444_4438,  // l m n o
    0x18_2424_24fc, 0xfc_2424_2418, 0x08_0404_087c, 0x24_5454_5448,  // p q r s
    0x20_4444_3f04, 0x7c_4040_403c, 0x0c_3040_300c, 0x3c_4038_403c,  // t u v w
    0x44_2810_2844, 0x7c_a0a0_a01c, 0x44_4c54_6444, 0x41_4136_0800,  // x y z {
    0x00_007f_0000, 0x00_0836_4141, 0x0c_1008_0418,  // | } ~
  ]
}
