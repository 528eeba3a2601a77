/// What a reader of `--format raw` has to know, for `--manifest`.
struct RawManifest {
  let shape: BatchShape
  let totals: RunTotals
  let batchSize: Int

  /// Shapes of a full batch and of all batches together, types and counts.
  var json: JSON {
    let image = shape.imageAxes.reduce(shape.elementType.byteCount, *)
    return .object([
      ("schema", .string("cifar-pipe/raw/1")),
      ("batches", .integer(totals.batches)), ("images", .integer(totals.images)),
      ("epochs", .integer(totals.epochs)), ("batch_size", .integer(batchSize)),
      ("image_shape", .array(shape.imageAxes.map { .integer($0) })),
      ("image_dtype", .string(shape.elementType.rawValue)), ("image_bytes", .integer(image)),
      ("label_shape", .array([.integer(shape.labelsPerExample)])), ("label_dtype", .string("int32")),
      ("label_bytes", .integer(4 * shape.labelsPerExample)),
    ])
  }
}
