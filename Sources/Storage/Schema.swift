/// The tables of one module: its migrations, numbered from 1 without gaps. Published migrations never change.
///
/// Statements are portable SQL with words in braces, which each database spells in its own way: see ``SQLDialect``.
public struct Schema: Sendable {
    public struct Migration: Sendable {
        public let number: Int
        public let name: String
        public let statements: [String]

        public init(_ number: Int, _ name: String, _ statements: [String]) {
            self.number = number
            self.name = name
            self.statements = statements
        }
    }

    /// The module that owns these tables, for instance `jobs`.
    public let module: String
    public let migrations: [Migration]

    public init(module: String, migrations: [Migration]) {
        precondition(
            migrations.map(\.number) == Array(1..<migrations.count + 1), "migrations of \(module) are numbered from 1 without gaps")
        self.module = module
        self.migrations = migrations
    }
}

extension Schema {
    /// Brings this module's tables up to date, inside the caller's transaction.
    func migrate(_ tx: Transaction, place: String?, appliedAt: Int64) throws {
        try tx.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                module {text} NOT NULL, number {integer} NOT NULL, name {text} NOT NULL, applied_at {integer} NOT NULL,
                PRIMARY KEY (module, number)
            ){strict}
            """)
        let applied = try tx.rows("SELECT number, name FROM schema_migrations WHERE module = ? ORDER BY number", module)
        for row in applied {
            let number: Int = try row.get("number")
            let name: String = try row.get("name")
            guard let known = migrations.first(where: { $0.number == number }) else {
                throw StorageError(
                    .newerSchema, place: place,
                    "the tables of \(module) are at version \(applied.count), this program knows \(migrations.count)",
                    advice: "A newer Troupe has used this database: run that version, or restore a backup made before.")
            }
            guard known.name == name else {
                throw StorageError(
                    .differentHistory, place: place,
                    "migration \(number) of \(module) is \"\(name)\" in the database but \"\(known.name)\" in this program",
                    advice: "It belongs to another program or another line of development; choose another database.")
            }
        }
        for migration in migrations.dropFirst(applied.count) {
            for statement in migration.statements { try tx.execute(statement) }
            try tx.execute(
                "INSERT INTO schema_migrations (module, number, name, applied_at) VALUES (?, ?, ?, ?)", module, migration.number,
                migration.name, appliedAt)
        }
    }
}
