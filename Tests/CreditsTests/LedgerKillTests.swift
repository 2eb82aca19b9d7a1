import Credits
import Foundation
import RepeatableChance
import Storage
import Support
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("The ledger's process killed")
struct LedgerKillTests {
    @Test("killed at any moment, it loses no credit that it reported and invents none", .timeLimit(.minutes(10)))
    func killed() async throws {
        let folder = try TemporaryFolder()
        let (path, log) = (folder.path("troupe.db"), folder.path("said.log"))
        for round in 0..<12 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, log = log as String, round = round as Int] in
                try await KilledLedger(path: path, log: log, round: round).run()
            }
            let ledger = CreditLedger(try KilledLedger.open(path))
            let audit = try await ledger.audit()
            #expect(audit.isSound, "round \(round): \(audit.findings)")
            for line in said(log).suffix(300) {
                let hold = try await ledger.hold(HoldID(line[1]))
                switch line[0] {
                case "granted": #expect(try await ledger.transfer(TransferID(line[1])) != nil)
                case "held": #expect(hold != nil)
                case "posted": #expect(hold?.state == .posted)
                case "voided": #expect(hold?.state == .voided)
                default: Issue.record("the log is not whole: \(line)")
                }
            }
        }
        #expect(said(log).count > 300, "the processes got too little done to prove anything")
    }

    private func said(_ log: String) -> [[String]] {
        let lines = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.map { $0.split(separator: " ").map(String.init) }.filter { $0.count == 2 }
    }
}

/// Moves credits from several tasks until a thread of its own kills it with SIGKILL, wherever it then is.
private struct KilledLedger {
    static let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    let ledger: CreditLedger
    let log: Int32
    let round: Int
    let steps = Steps()

    static func open(_ path: String) throws -> Database {
        try Database(.sqlite(path: path), schemas: [CreditLedger.schema], at: start)
    }

    init(path: String, log: String, round: Int) throws {
        var random = SplitMix64(seed: UInt64(round))
        let (fatalStep, spins) = (Int.random(in: 20...150, using: &random), Int.random(in: 0...60_000, using: &random))
        ledger = CreditLedger(try Self.open(path))
        self.log = Glibc.open(log, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        self.round = round
        Thread { [steps] in
            while steps.count.load(ordering: .relaxed) < fatalStep { sched_yield() }
            for _ in 0..<spins { _ = steps.count.load(ordering: .relaxed) }
            kill(getpid(), SIGKILL)
        }.start()
    }

    /// Notes what the ledger has confirmed. One write call, so that the line is whole or not there.
    func say(_ word: String, _ id: String) {
        let line = Array("\(word) \(id)\n".utf8)
        _ = write(log, line, line.count)
        steps.count.add(1, ordering: .relaxed)
    }

    func run() async throws {
        let now = Self.start + .seconds(round * 1_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<4 {
                group.addTask {
                    for number in 1... {
                        let name = "\(round).\(client).\(number)"
                        try await ledger.grant(
                            id: TransferID("g\(name)"), to: .user(UInt64(number % 3)), amount: CreditAmount(10), at: now)
                        say("granted", "g\(name)")
                        let hold = NewHold(
                            id: try HoldID(name), account: .user(UInt64(number % 3)), amount: CreditAmount(8), reason: CreditReason(.work),
                            expiresAt: now)
                        guard case .held = try await ledger.hold(hold, at: now) else { continue }
                        say("held", name)
                        if number % 2 == 0 {
                            _ = try await ledger.post(hold.id, amount: CreditAmount(5), at: now)
                            say("posted", name)
                        } else {
                            _ = try await ledger.void(hold.id, at: now)
                            say("voided", name)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

private final class Steps: Sendable {
    let count = Atomic<Int>(0)
}
