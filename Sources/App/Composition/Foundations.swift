import Credits
import Features
import Foundation
import Inference
import Jobs
import Logging
import Memory
import Storage
import Support

/// What every part stands on: the database, the queue, the models, time and chance. Made once a process.
struct Foundations: Sendable {
    let settings: Settings
    let logger: Logger
    let clock: any WallClock
    let randomness: @Sendable () -> UInt64
    let tables: AppTables
    let database: Database
    let jobs: any JobQueue & JobDirectory
    let memories: Memories
    /// Where paintings are found again.
    let shelf: PictureShelf
    /// What the owners of guilds decided.
    let guildSettings: GuildSettingsStore
    let models: ImageModelCatalog
    let textModels: TextModelCatalog
    let visionModels: VisionModelCatalog
    /// The base of trained clones.
    let adapted: any AdaptedModel
    /// A name that no other process has, for leases.
    let processName: String

    /// With the models that were added at the console.
    static func open(_ settings: Settings, logger: Logger) async throws -> Foundations {
        let database = try openDatabase(settings, at: SystemClock().now())
        let added = try await AppTables(database: database).addedModels()
        return try Foundations(settings: settings.adding(added, logger: logger), logger: logger, database: database)
    }

    init(settings: Settings, logger: Logger, database: Database? = nil) throws {
        self.settings = settings
        self.logger = logger
        let clock = SystemClock()
        self.clock = clock
        randomness = { UInt64.random(in: .min ... .max) }
        let database = try database ?? Self.openDatabase(settings, at: clock.now())
        self.database = database
        tables = AppTables(database: database)
        memories = Memories(database)
        shelf = PictureShelf(database)
        guildSettings = GuildSettingsStore(database)
        models = try ModelShelf.imageModels(settings)
        textModels = try ModelShelf.textModels(settings)
        visionModels = try ModelShelf.visionModels(settings, chat: textModels)
        adapted = ModelShelf.adaptedModel(settings)
        let process = ProcessInfo.processInfo
        processName = "\(process.hostName)-\(process.processIdentifier)-\(String(randomness(), radix: 36))"
        jobs =
            settings.queue.map { [processName] in RedisJobQueue($0, name: processName) as any JobQueue & JobDirectory }
            ?? SQLJobQueue(database)
    }

    /// Where requests are paid for; nil where credits are off.
    func creditDesk() async throws -> CreditDesk? {
        guard settings.hasCredits else { return nil }
        let rules = CreditRules(settings.creditRules.policy(settings.models), book: CreditRuleBook(database))
        try await rules.refresh()
        return CreditDesk(
            ledger: CreditLedger(database), vouchers: VoucherBook(database), purchases: PurchaseBook(database), rules: rules)
    }

    /// The tables of all rooms.
    static let schemas = [
        SQLJobQueue.schema, CreditLedger.schema, MemorySchema.schema, TaskSchema.schema, PictureShelf.schema, GuildSettingsStore.schema,
        AppTables.schema,
    ]

    static func openDatabase(_ settings: Settings, at now: Timestamp) throws -> Database {
        try Database(DatabaseLocation(parsing: settings.database), schemas: schemas, at: now)
    }

    /// The secret of that name, which all processes on this database share: made by the first that asks for it.
    func secret(named name: String) async throws -> Secret {
        // The highest bit is set so that each number has all its 16 digits.
        let fresh = (0..<4).map { _ in String(randomness() | 1 << 63, radix: 16) }.joined()
        return try await tables.secret(named: name, offering: Secret(fresh))
    }

    /// A random number in 0…1.
    var jitter: @Sendable () -> Double { { [randomness] in Double(randomness() >> 11) * 0x1p-53 } }
}
