import Storage
import Support

/// An index of the pictures that were painted for people: who asked for what, when, and a thumbnail.
///
/// The pictures themselves are kept with their jobs; here is what finds them again by person and word.
public struct PictureShelf: Sendable {
    public static let schema = Schema(
        module: "pictures",
        migrations: [
            .init(
                1, "picture shelf",
                [
                    """
                    CREATE TABLE shelved_pictures (
                        request_id {integer} NOT NULL PRIMARY KEY,
                        person {integer} NOT NULL,
                        guild {integer} NOT NULL,
                        prompt {text} NOT NULL,
                        folded {text} NOT NULL,
                        model {text} NOT NULL,
                        count {integer} NOT NULL,
                        thumbnail {bytes} NOT NULL,
                        made_at {integer} NOT NULL,
                        CONSTRAINT shelved_amounts CHECK (count BETWEEN 1 AND 64),
                        CONSTRAINT shelved_size CHECK (length(prompt) <= 8000 AND length(thumbnail) <= 65536)
                    ){strict}
                    """,
                    "CREATE INDEX shelved_of_person ON shelved_pictures (person, request_id)",
                ])
        ])

    /// Words of a search beyond these are not looked at.
    static let searchWords = 4

    let database: Database

    public init(_ database: Database) { self.database = database }

    /// Puts a painting on the shelf, once: a repeat changes nothing.
    public func put(_ picture: ShelvedPicture) async throws {
        let prompt = picture.prompt.kept(8_000)
        let folded = Self.folded(prompt)
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO shelved_pictures (request_id, person, guild, prompt, folded, model, count, thumbnail, made_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (request_id) DO NOTHING
                """, picture.requestID, picture.person, picture.guild, prompt, folded, picture.model, picture.count,
                picture.thumbnail.count <= 65_536 ? picture.thumbnail : [], picture.madeAt)
        }
    }

    public func picture(_ requestID: RequestID) async throws -> ShelvedPicture? {
        try await database.read {
            try $0.row("SELECT * FROM shelved_pictures WHERE request_id = ?", requestID).map { try ShelvedPicture($0) }
        }
    }

    /// A person's newest painting, anywhere.
    public func newest(of person: PersonKey) async throws -> ShelvedPicture? { try await page(of: person, limit: 1).pictures.first }

    /// Some of a person's paintings, newest first, whose prompts hold all the words.
    ///
    /// - Parameters:
    ///   - words: as typed; upper and lower case are the same.
    ///   - edge: the page begins behind this one; nil: with the newest.
    public func page(of person: PersonKey, words: String = "", edge: ShelfEdge? = nil, limit: Int) async throws -> ShelfPage {
        let like = Self.patterns(words)
        return try await database.read { tx in
            func rows(after: RequestID?, before: RequestID?, _ order: String, _ limit: Int) throws -> [SQLRow] {
                let bounds = (after?.sqlValue ?? .integer(-1), before?.sqlValue ?? .integer(.max))
                return try tx.rows(
                    """
                    SELECT * FROM shelved_pictures
                    WHERE person = ? AND request_id > ? AND request_id < ? AND folded LIKE ? ESCAPE '!' AND folded LIKE ? ESCAPE '!'
                        AND folded LIKE ? ESCAPE '!' AND folded LIKE ? ESCAPE '!'
                    ORDER BY request_id \(order) LIMIT ?
                    """, person, bounds.0, bounds.1, like[0], like[1], like[2], like[3], limit)
            }
            let found: [SQLRow] =
                switch edge {
                case nil: try rows(after: nil, before: nil, "DESC", limit)
                case .olderThan(let id): try rows(after: nil, before: id, "DESC", limit)
                case .newerThan(let id): try rows(after: id, before: nil, "ASC", limit).reversed()
                }
            let pictures = try found.map { try ShelvedPicture($0) }
            guard let newest = pictures.first?.requestID, let oldest = pictures.last?.requestID else {
                return ShelfPage(pictures: [], hasNewer: false, hasOlder: false)
            }
            return ShelfPage(
                pictures: pictures, hasNewer: try !rows(after: newest, before: nil, "ASC", 1).isEmpty,
                hasOlder: try !rows(after: nil, before: oldest, "DESC", 1).isEmpty)
        }
    }

    /// Everything of a person, oldest first: for their own eyes.
    public func all(of person: PersonKey) async throws -> [ShelvedPicture] {
        try await database.read { tx in
            try tx.rows("SELECT * FROM shelved_pictures WHERE person = ? ORDER BY request_id", person).map { try ShelvedPicture($0) }
        }
    }

    /// Takes paintings off the shelf.
    public func remove(_ requestIDs: [RequestID]) async throws {
        try await database.write { tx in
            for requestID in requestIDs { try tx.execute("DELETE FROM shelved_pictures WHERE request_id = ?", requestID) }
        }
    }

    /// Takes all of a person's paintings off the shelf. Returns their requests, whose pictures lie with the jobs.
    public func erase(_ person: PersonKey) async throws -> [RequestID] {
        try await database.write { tx in
            let requestIDs: [RequestID] = try tx.rows("SELECT request_id FROM shelved_pictures WHERE person = ?", person)
                .map { try $0.get("request_id") }
            try tx.execute("DELETE FROM shelved_pictures WHERE person = ?", person)
            return requestIDs
        }
    }

    static func folded(_ text: String) -> String { text.lowercased() }

    /// One for each word, and what matches everything for the rest.
    private static func patterns(_ words: String) -> [String] {
        let patterns = folded(words.kept(200)).split(whereSeparator: \.isWhitespace).prefix(searchWords).map { word in
            "%" + word.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_") + "%"
        }
        return patterns + Array(repeating: "%", count: searchWords - patterns.count)
    }
}
