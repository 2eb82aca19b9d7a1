import Credits
import Foundation
import PostgresTestServer
import Storage
import Support
import Testing

/// One ledger under test, with its hour.
struct LedgerBench: Sendable {
    let ground: TestDatabase
    let database: Database
    let ledger: CreditLedger
    let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    init(_ engine: TestEngine) async throws {
        ground = try TestDatabase(engine)
        database = try ground.open([CreditLedger.schema], at: start)
        ledger = CreditLedger(database)
    }

    /// The same database as another process would have it.
    func secondDatabase() throws -> Database {
        try ground.open([CreditLedger.schema], at: start)
    }

    /// The start plus so many seconds.
    func at(_ seconds: Double) -> Timestamp { start + .milliseconds(Int64(seconds * 1_000)) }

    func give(_ amount: Int64, to account: CreditAccount, id: String) async throws {
        try await ledger.grant(id: TransferID(id), to: account, amount: CreditAmount(amount), at: start)
    }

    func hold(_ id: UInt64, _ amount: Int64, of account: CreditAccount, for seconds: Double = 60) async throws -> HoldResult {
        try await ledger.hold(
            NewHold(
                id: HoldID(RequestID(id)), account: account, amount: CreditAmount(amount), reason: CreditReason(.work, "a picture"),
                expiresAt: at(seconds)), at: start)
    }

    /// posted, held, available
    func state(of account: CreditAccount) async throws -> [Int64] {
        let balance = try await ledger.balance(of: account)
        return [balance.posted.value, balance.held.value, balance.available.value]
    }
}

/// A folder that goes when it is forgotten.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "troupe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}
