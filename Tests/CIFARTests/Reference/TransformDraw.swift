import InputPipeline

@testable import CIFAR

/// What an operation drew for one record, so that the reference makes the same choice.
enum TransformDraw: Equatable {
  /// The operation draws nothing.
  case nothing
  /// Where a random crop begins.
  case offset(row: Int, column: Int)
  /// Whether a flip mirrors.
  case mirrors(Bool)
  /// What brightness adds.
  case shift(Double)
  /// By what contrast multiplies.
  case factor(Double)
  /// The pixel about which a cutout is centred.
  case centre(row: Int, column: Int)
}

extension CompiledTransform {
  /// What each operation draws for a record.
  func draws(epoch: UInt64, record: UInt64) -> [TransformDraw] {
    func generator(_ index: Int) -> CounterGenerator {
      randomness[index].generator(seed: seed).derived(epoch)
    }
    return steps.map { step in
      switch step {
      case .crop, .pad, .standardize, .affine: return .nothing
      case .randomCrop(_, let rows, let columns, let index):
        let offset = generator(index).position(rows: rows, columns: columns, record: record)
        return .offset(row: offset.row, column: offset.column)
      case .flip(let index): return .mirrors(generator(index).isChosen(record: record))
      case .brightness(let delta, let index):
        return .shift(generator(index).shift(delta: delta, record: record))
      case .contrast(let lower, let upper, let index):
        return .factor(generator(index).factor(lower: lower, upper: upper, record: record))
      case .cutout(_, let height, let width, let index):
        let centre = generator(index).position(rows: height, columns: width, record: record)
        return .centre(row: centre.row, column: centre.column)
      }
    }
  }
}
