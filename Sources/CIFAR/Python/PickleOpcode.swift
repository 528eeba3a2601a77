/// The opcodes that the pickle of a batch has.
///
/// Source: `pickletools` of the Python standard library.
enum PickleOpcode: UInt8 {
  case mark = 0x28  // (
  case stop = 0x2e  // .
  case binInt = 0x4a  // J
  case binInt1 = 0x4b  // K
  case binInt2 = 0x4d  // M
  case none = 0x4e  // N
  case reduce = 0x52  // R
  case binString = 0x54  // T
  case shortBinString = 0x55  // U
  case binUnicode = 0x58  // X
  case append = 0x61  // a
  case build = 0x62  // b
  case global = 0x63  // c
  case appends = 0x65  // e
  case binGet = 0x68  // h
  case longBinGet = 0x6a  // j
  case binPut = 0x71  // q
  case longBinPut = 0x72  // r
  case setItem = 0x73  // s
  case tuple = 0x74  // t
  case setItems = 0x75  // u
  case emptyList = 0x5d  // ]
  case emptyDictionary = 0x7d  // }
  case proto = 0x80
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case newTrue = 0x88
  case newFalse = 0x89
  case long1 = 0x8a
}
