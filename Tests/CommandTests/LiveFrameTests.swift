import Testing

@testable import CIFARPipeCommands

@Suite("What a live view shows")
struct LiveFrameTests {
  private static let frame = LiveFrame(
    progress: ["1,170,000 images/s", "391 of 1,173 batches", "epoch 1 of 3", "42 s left"],
    queues: [
      .init(name: "parts", size: 0, capacity: 32),
      .init(name: "shuffle", size: 14_096, capacity: 14_096, waiting: "reader waits for room"),
      .init(name: "plans", size: 1, capacity: 64),
      .init(name: "ready", size: 3, capacity: 4, waiting: "2 of 2 workers wait for room"),
      .init(name: "free-slots", size: 512, capacity: nil),
    ], notes: ["limit so far: consumer (at work 97 % of the time)"])

  @Test("in 80 columns each queue has a line with its bar, its size and who waits")
  func usual() {
    #expect(
      Self.frame.lines(columns: 80, rows: 24).joined(separator: "\n") == """
        1,170,000 images/s   391 of 1,173 batches   epoch 1 of 3   42 s left
        parts       [..................]           0/32
        shuffle     [##################]  14,096/14,096  reader waits for room
        plans       [#.................]           1/64
        ready       [#############.....]            3/4  2 of 2 workers wait for room
        free-slots  [                  ]            512
        limit so far: consumer (at work 97 % of the time)
        """)
  }

  @Test("what does not fit behind a queue stands below it, whole")
  func both() {
    let frame = LiveFrame(queues: [
      .init(name: "plans", size: 1, capacity: 64, waiting: "batcher waits"),
      .init(
        name: "free-slots", size: 3, capacity: 4, waiting: "2 of 2 workers wait for room, consumer waits"),
    ])

    #expect(
      frame.lines(columns: 80, rows: 24) == [
        "plans       [........................]  1/64  batcher waits".replacing("[.", with: "[#"),
        "free-slots  [##################......]   3/4",
        "  2 of 2 workers wait for room, consumer waits",
      ])
  }

  @Test("in 33 columns there is no room for bars")
  func withoutBars() {
    #expect(
      Self.frame.lines(columns: 33, rows: 24)[3...].prefix(3).joined(separator: "\n") == """
        parts                0/32
        shuffle     14,096/14,096
          reader waits for room
        """)
  }

  @Test("in 36 columns who waits has a line of its own, and long lines are folded")
  func narrow() {
    #expect(
      Self.frame.lines(columns: 36, rows: 24).joined(separator: "\n") == """
        1,170,000 images/s
        391 of 1,173 batches   epoch 1 of 3
        42 s left
        parts       [......]           0/32
        shuffle     [######]  14,096/14,096
          reader waits for room
        plans       [#.....]           1/64
        ready       [####..]            3/4
          2 of 2 workers wait for room
        free-slots  [      ]            512
        limit so far: consumer (at work 97
        % of the time)
        """)
  }

  @Test("no line reaches the last column and one row is left, in whatever window", arguments: 2...120)
  func fits(columns: Int) {
    for rows in [2, 3, 5, 24, 50] {
      let lines = Self.frame.lines(columns: columns, rows: rows)

      #expect(lines.count < rows || rows == 2)
      #expect(lines.allSatisfy { $0.count < columns })
    }
  }

  @Test(
    "a bar has a mark for what is not empty, and is full for what is full",
    arguments: [
      (0, ".........."), (1, "#........."), (50, "#####....."), (99, "#########."), (100, "##########"),
    ])
  func bar(size: Int, bar: String) {
    #expect(LiveFrame.bar(.init(name: "q", size: size, capacity: 100), length: 10) == bar)
  }
}
