import PipeTestSupport
import Testing

@Suite("Interleavings")
struct InterleavingsTests {
  @Test(
    "threads that never wait have as many interleavings as the multinomial coefficient says",
    arguments: [([1], 1), ([2, 2], 6), ([3, 2], 10), ([2, 2, 2], 90), ([1, 1, 1, 1, 1], 120)])
  func multinomial(_ steps: [Int], _ expected: Int) {
    var orders: Set<[Int]> = []

    let count = Interleavings.walk { choices in
      var rest = steps
      var order: [Int] = []
      while case let able = rest.indices.filter({ rest[$0] > 0 }), !able.isEmpty {
        let thread = able[choices.choose(among: able.count)]
        rest[thread] -= 1
        order.append(thread)
      }
      orders.insert(order)
    }

    #expect(count == expected)
    #expect(orders.count == expected, "no order is walked twice")
  }

  @Test("a body without choices runs once")
  func noChoice() {
    #expect(Interleavings.walk { _ in } == 1)
  }
}
