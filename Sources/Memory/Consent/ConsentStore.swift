import Storage
import Support

/// Who has allowed what, where, since when, and how they said it. What is not here is not allowed.
public struct ConsentStore: Sendable {
    let database: Database

    public init(_ database: Database) { self.database = database }

    /// The person's word; nil if they never gave it.
    public func consent(of person: PersonKey, in guild: GuildKey, to use: ConsentUse) async throws -> Consent? {
        try await database.read { try $0.consent(of: person, in: guild, to: use) }
    }

    /// Whether it is allowed now.
    public func allows(_ person: PersonKey, in guild: GuildKey, _ use: ConsentUse) async throws -> Bool {
        try await consent(of: person, in: guild, to: use)?.isGiven ?? false
    }

    /// Notes that the person allows it. What is allowed already keeps its first date.
    @discardableResult
    public func give(
        _ use: ConsentUse, by person: PersonKey, in guild: GuildKey, through path: ConsentPath, at now: Timestamp
    ) async throws -> Consent {
        precondition(path != .operator, "nobody consents for another person")
        return try await database.write { try $0.giveConsent(to: use, by: person, in: guild, through: path, at: now) }
    }

    /// Notes that the person allows it no more. Nil if they never did.
    @discardableResult
    public func withdraw(
        _ use: ConsentUse, by person: PersonKey, in guild: GuildKey, through path: ConsentPath, at now: Timestamp
    ) async throws -> Consent? {
        try await database.write { try $0.withdrawConsent(to: use, by: person, in: guild, through: path, at: now) }
    }

    /// All that the person ever said, by guild.
    public func all(of person: PersonKey) async throws -> [Consent] { try await database.read { try $0.consents(of: person) } }
}

extension Transaction {
    func consent(of person: PersonKey, in guild: GuildKey, to use: ConsentUse) throws -> Consent? {
        try row("SELECT * FROM consents WHERE person = ? AND guild = ? AND purpose = ?", person, guild, use.rawValue).map(Consent.init)
    }

    @discardableResult
    func giveConsent(
        to use: ConsentUse, by person: PersonKey, in guild: GuildKey, through path: ConsentPath, at now: Timestamp
    ) throws -> Consent {
        if let known = try consent(of: person, in: guild, to: use), known.isGiven { return known }
        try execute(
            """
            INSERT INTO consents (person, guild, purpose, given_at, given_by) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (person, guild, purpose) DO UPDATE
            SET given_at = excluded.given_at, given_by = excluded.given_by, withdrawn_at = NULL, withdrawn_by = NULL
            """, person, guild, use.rawValue, now, path.rawValue)
        return Consent(person: person, guild: guild, use: use, givenAt: now, givenBy: path)
    }

    @discardableResult
    func withdrawConsent(
        to use: ConsentUse, by person: PersonKey, in guild: GuildKey, through path: ConsentPath, at now: Timestamp
    ) throws -> Consent? {
        try execute(
            """
            UPDATE consents SET withdrawn_at = ?, withdrawn_by = ?
            WHERE person = ? AND guild = ? AND purpose = ? AND withdrawn_at IS NULL
            """, now, path.rawValue, person, guild, use.rawValue)
        return try consent(of: person, in: guild, to: use)
    }

    func consents(of person: PersonKey) throws -> [Consent] {
        try rows("SELECT * FROM consents WHERE person = ? ORDER BY guild, purpose", person).map(Consent.init)
    }
}

extension Consent {
    init(_ row: SQLRow) throws {
        self.init(
            person: try row.get("person"), guild: try row.get("guild"), use: try row.choice("purpose"), givenAt: try row.get("given_at"),
            givenBy: try row.choice("given_by"), withdrawnAt: try row.get("withdrawn_at"),
            withdrawnBy: try row.get("withdrawn_by", as: String?.self).flatMap(ConsentPath.init(rawValue:)))
    }
}
