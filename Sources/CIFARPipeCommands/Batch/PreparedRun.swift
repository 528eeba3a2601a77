import CIFAR
import InputPipeline

/// A pipeline that has not started, and what formats and reports have to know of it.
struct PreparedRun {
  let pipeline: RecordPipeline
  let dataset: CIFARDataset
  let transform: CIFARTransform
  /// The run at its beginning, where it is to be continued or continues another.
  let token: ResumeToken?

  /// Shapes and types of its batches.
  var shape: BatchShape {
    BatchShape(
      imageAxes: transform.imageAxes, elementType: transform.elementType,
      labelsPerExample: transform.labelsPerExample)
  }
}
