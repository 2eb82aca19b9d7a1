import RepeatableChance
import Support
import Testing

@testable import Discord

@Suite("The board of shards")
struct ShardBoardTests {
    private let span = Duration.seconds(9)

    /// A process that shares, as it goes on: what it runs, and what it has been told.
    private struct Process {
        let name: String
        var choice = ShardChoice.share
        var running: Set<ShardLease> = []
        var isCutOff = false

        /// Beats, leaves what it is told to leave, and runs the rest.
        mutating func beat(_ board: inout ShardBoard, of count: Int = 16, isFirm: Bool = false, at now: Timestamp) {
            let orders = board.beat(name, choice, wanting: count, isFirm: isFirm, isCutOff: isCutOff, at: now, span: .seconds(9))
            for lease in running where !orders.run.contains(lease) { board.release(lease, of: name) }
            running = Set(orders.run)
        }

        var shards: [Int] { running.map(\.shardID).sorted() }
    }

    /// Each shard is run by one process at most, and by the one that has it on the board.
    private func expectSound(_ board: ShardBoard, _ processes: [Process], sourceLocation: SourceLocation = #_sourceLocation) {
        let all = processes.flatMap(\.shards)
        #expect(Set(all).count == all.count, sourceLocation: sourceLocation)
        for process in processes {
            for lease in process.running { #expect(board.isHeld(lease, by: process.name), sourceLocation: sourceLocation) }
        }
    }

    @Test("One process runs all; one more takes its half; a third its third; nothing moves in vain")
    func rebalances() {
        var board = ShardBoard()
        var (a, b, c) = (Process(name: "a"), Process(name: "b"), Process(name: "c"))
        a.beat(&board, at: at(0))
        #expect(a.shards == Array(0..<16))
        b.beat(&board, at: at(1))
        #expect(b.shards == [])
        a.beat(&board, at: at(3))
        b.beat(&board, at: at(4))
        #expect(a.shards == Array(0..<8) && b.shards == Array(8..<16))
        for second in 5..<8 {
            c.beat(&board, at: at(Double(second)))
            a.beat(&board, at: at(Double(second)))
            b.beat(&board, at: at(Double(second)))
            expectSound(board, [a, b, c])
        }
        #expect([a, b, c].map(\.shards.count).sorted() == [5, 5, 6])
        #expect(Set(a.shards).isSubset(of: 0..<8) && Set(b.shards).isSubset(of: 8..<16))
    }

    @Test("One that cannot reach Discord leaves its shards to those that can, and has its part again when it can")
    func cutOff() {
        var board = ShardBoard()
        var (a, b) = (Process(name: "a"), Process(name: "b"))
        func beat(_ second: Double) {
            for _ in 0..<2 {
                a.beat(&board, at: at(second))
                b.beat(&board, at: at(second))
                expectSound(board, [a, b])
            }
        }
        beat(0)
        #expect(a.shards.count == 8 && b.shards.count == 8)
        a.isCutOff = true
        beat(1)
        #expect(a.shards == [] && b.shards == Array(0..<16))
        b.isCutOff = true
        beat(2)
        #expect(a.shards == [] && b.shards == Array(0..<16))
        a.isCutOff = false
        beat(3)
        #expect(a.shards == Array(0..<16) && b.shards == [])
        b.isCutOff = false
        beat(4)
        #expect(a.shards.count == 8 && b.shards.count == 8)
    }

    @Test("What a dead process had is another's within its lease and one beat, under a higher fence")
    func deadIsReplaced() {
        var board = ShardBoard()
        var (a, b) = (Process(name: "a"), Process(name: "b"))
        for second in stride(from: 0.0, through: 9, by: 3) {
            a.beat(&board, at: at(second))
            b.beat(&board, at: at(second + 1))
        }
        let lost = a.running
        b.beat(&board, at: at(17.5))
        #expect(b.shards.count == 8)
        b.beat(&board, at: at(18))
        #expect(b.shards == Array(0..<16))
        for lease in lost {
            #expect(!board.isHeld(lease, by: "a"))
            #expect(b.running.contains(ShardLease(shardID: lease.shardID, fence: lease.fence + 1)))
        }
        // It was only frozen: it has nothing any more, and gets its part anew.
        a.beat(&board, at: at(20))
        #expect(a.running.isDisjoint(with: lost))
    }

    @Test("A dead process whose clock was an hour ahead is not waited for")
    func wrongClock() {
        var board = ShardBoard()
        var (a, b) = (Process(name: "a"), Process(name: "b"))
        a.beat(&board, at: at(3_600))
        b.beat(&board, at: at(0))
        #expect(b.shards == Array(0..<16))
    }

    @Test("A process that ends gives its shards back at once")
    func leaves() {
        var board = ShardBoard()
        var (a, b) = (Process(name: "a"), Process(name: "b"))
        for second in 0..<3 {
            a.beat(&board, at: at(Double(second)))
            b.beat(&board, at: at(Double(second)))
        }
        board.leave("a")
        b.beat(&board, at: at(3))
        #expect(b.shards == Array(0..<16))
    }

    @Test("A process with shards of its own takes them over, and the others share the rest")
    func fixed() {
        var board = ShardBoard()
        var (a, b) = (Process(name: "a"), Process(name: "b"))
        var own = Process(name: "own", choice: .only(0...3))
        for second in 0..<3 {
            a.beat(&board, at: at(Double(second)))
            b.beat(&board, at: at(Double(second)))
        }
        own.beat(&board, at: at(3))
        #expect(own.shards == [0, 1, 2, 3])
        for second in 4..<8 {
            a.beat(&board, at: at(Double(second)))
            b.beat(&board, at: at(Double(second)))
        }
        expectSound(board, [a, b, own])
        #expect(a.shards.count == 6 && b.shards.count == 6)
        // A second one for all comes, as after a kill of the first: it need not wait for leases to end.
        var all = Process(name: "all", choice: .all)
        all.beat(&board, at: at(8))
        #expect(all.shards == Array(0..<16))
        own.beat(&board, at: at(9))
        #expect(own.shards == [] && all.shards == Array(0..<16))
    }

    @Test("While others run by another number of shards, theirs counts; who insists on a number waits for their end")
    func otherCount() {
        var board = ShardBoard()
        var (a, b, c) = (Process(name: "a"), Process(name: "b"), Process(name: "c"))
        a.beat(&board, of: 4, at: at(0))
        b.beat(&board, of: 5, at: at(0))
        #expect(board.slots.count == 4)
        let orders = board.beat("c", .share, wanting: 8, isFirm: true, at: at(1), span: span)
        #expect(orders.isWaiting && orders.run.isEmpty && orders.processes == 3)
        a.beat(&board, of: 4, at: at(2))
        b.beat(&board, of: 5, at: at(2))
        #expect(a.shards.count == 2 && b.shards.count == 2)
        board.leave("a")
        board.leave("b")
        c.beat(&board, of: 8, isFirm: true, at: at(3))
        #expect(c.shards == Array(0..<8))
    }

    @Test("However processes come, freeze and die, no shard is run by two, and all are run when all is quiet", arguments: 1...40)
    func storm(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var board = ShardBoard()
        var processes: [Process] = [Process(name: "0")]
        var now = 0.0
        for step in 1..<400 {
            now += Double(random.next() % 1_000) / 1_000
            // Frozen or dead ones leave their shards when their leases end, as the keeper does.
            for index in processes.indices where (board.holders[processes[index].name]?.until ?? at(0)) <= at(now) {
                processes[index].running = []
            }
            switch random.next() % 20 {
            case 0 where processes.count < 6: processes.append(Process(name: "\(step)"))
            case 1 where processes.count > 1: processes.remove(at: Int(random.next() % UInt64(processes.count)))
            default:
                let index = Int(random.next() % UInt64(processes.count))
                processes[index].beat(&board, at: at(now))
            }
            expectSound(board, processes.filter { (board.holders[$0.name]?.until ?? at(0)) > at(now) })
        }
        now += 10
        for _ in 0..<4 { for index in processes.indices { processes[index].beat(&board, at: at(now)) } }
        #expect(processes.flatMap(\.shards).sorted() == Array(0..<16))
        let counts = processes.map(\.shards.count)
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    }
}
