/// What a record is called in listings, on sheets and in messages: its file and its index there, counted from 0.
enum RecordName {
  /// The name of a record, such as `data_batch_4.bin:721`.
  ///
  /// - Parameter file: The name of its file, or the path where a message has to tell files of one name apart.
  static func text(_ index: Int, in file: String) -> String { "\(file):\(index)" }
}
