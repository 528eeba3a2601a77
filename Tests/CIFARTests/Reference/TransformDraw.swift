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
  ///
  /// An operation of two steps draws in the second.
  func draws(epoch: UInt64, record: UInt64) -> [TransformDraw] {
    func generator(_ index: Int) -> CounterGenerator {
      randomness[index].generator(randomness[index].generator(seed: seed), epoch: epoch)
    }
    let draws = steps.map { step -> TransformDraw in
      switch step {
      case .crop, .pad, .reflect, .standardize, .affine: return .nothing
      case .randomCrop(_, let rows, let columns, let index):
        let offset = generator(index).position(rows: rows, columns: columns, record: record)
        return .offset(row: offset.row, column: offset.column)
      case .flip(let index): return .mirrors(generator(index).isChosen(record: record))
      case .alternatingFlip(let index):
        return .mirrors(generator(index).isChosen(record: record) != (epoch % 2 == 1))
      case .brightness(let delta, let index):
        return .shift(generator(index).shift(delta: delta, record: record))
      case .contrast(let lower, let upper, let index):
        return .factor(generator(index).factor(lower: lower, upper: upper, record: record))
      case .cutout(_, let height, let width, let index):
        let centre = generator(index).position(rows: height, columns: width, record: record)
        return .centre(row: centre.row, column: centre.column)
      }
    }
    var rest = draws[...]
    return operations.map { operation in
      if operation.kind is Translate { rest.removeFirst() }
      return rest.removeFirst()
    }
  }
}
