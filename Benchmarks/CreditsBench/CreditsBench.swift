// Times the ledger: a price is put aside and then paid, two transactions with their entries, on accounts of many people.
// `CreditsBench [PAIRS]` prints one line of JSON for each database and way of calling it. PostgreSQL is Debian's, started for the run
// on a socket of its own.
import Credits
import Foundation
import PostgresTestServer
import Storage
import Support

@main
struct CreditsBench {
    static let now = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
    static let people: UInt64 = 50

    /// Where, and how much of the last moment a power failure may take.
    enum Ground: String, CaseIterable {
        case sqlite = "SQLite, synchronous=NORMAL"
        case sqliteFull = "SQLite, synchronous=FULL"
        case postgres = "PostgreSQL, synchronous_commit=off"
        case postgresFull = "PostgreSQL, synchronous_commit=on"

        /// The smaller part of the pairs where each waits for the disk.
        var isPatient: Bool { self == .sqliteFull || self == .postgresFull }

        func database() async throws -> TestDatabase {
            let settings = ["fsync=on", "full_page_writes=on", "synchronous_commit=\(isPatient ? "on" : "off")"]
            switch self {
            case .sqlite, .sqliteFull: return try TestDatabase(.sqlite)
            case .postgres, .postgresFull: return try TestDatabase(.postgres, on: try await PostgresTestServer.own(settings: settings))
            }
        }
    }

    static func main() async throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
        for ground in Ground.allCases {
            let tables = try await ground.database()
            let database = try tables.open(
                [CreditLedger.schema], options: .init(durability: ground.isPatient ? .powerLoss : .processCrash), at: now)
            let ledger = CreditLedger(database)
            for person in 1...people {
                try await ledger.grant(id: TransferID("start:\(person)"), to: .user(person), amount: CreditAmount(1_000_000_000), at: now)
            }
            for lanes in [1, 32] {
                let pairs = ground.isPatient && lanes == 1 ? count / 20 : count
                let start = ContinuousClock.now
                try await run(ledger, pairs, lanes: lanes)
                let seconds = Double((ContinuousClock.now - start).milliseconds) / 1_000
                print(
                    #"{"peer": "troupe, \#(ground.rawValue)", "at_a_time": \#(lanes), "pairs_per_second": \#(Int(Double(pairs) / seconds))}"#
                )
            }
            guard try await ledger.audit().isSound else { fatalError("the ledger does not add up") }
        }
    }

    static func run(_ ledger: CreditLedger, _ count: Int, lanes: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    for number in stride(from: lane, to: count, by: lanes) {
                        let id = HoldID(RequestID(UInt64(lanes * 100_000_000 + number)))
                        let hold = NewHold(
                            id: id, account: .user(UInt64(number) % people + 1), amount: CreditAmount(4),
                            reason: CreditReason(.work, "4 pictures"), expiresAt: now + .seconds(60))
                        guard case .held = try await ledger.hold(hold, at: now) else { fatalError("a hold was refused") }
                        guard case .settled = try await ledger.post(id, amount: CreditAmount(3), at: now) else { fatalError("not paid") }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
