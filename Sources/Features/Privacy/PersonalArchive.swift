import DiscordModels
import Foundation
import Jobs
import Memory
import Support

/// All that is kept of one person, in memory and in the queue: counted, handed out as a file, erased.
///
/// What the ledger says of credits is bookkeeping and none of this.
public struct PersonalArchive: Sendable {
    /// Requests of one person that are looked at in one go, the newest.
    static let requestLimit = 1_000

    private let jobs: any JobQueue
    private let memories: Memories
    private let pictures: PictureShelf?
    private let guilds: GuildSettingsStore?
    private let tasks: TaskStore?
    private let ending: FinalAnswer
    private let clock: any WallClock

    /// - Parameters:
    ///   - pictures: nil where paintings are not found again.
    ///   - guilds: nil where guilds decide nothing.
    ///   - tasks: nil where nobody asks about pictures.
    ///   - ending: what is said of requests that are stopped.
    public init(
        jobs: any JobQueue, memories: Memories, pictures: PictureShelf? = nil, guilds: GuildSettingsStore? = nil, tasks: TaskStore? = nil,
        ending: @escaping FinalAnswer, clock: any WallClock
    ) {
        self.jobs = jobs
        self.memories = memories
        self.pictures = pictures
        self.guilds = guilds
        self.tasks = tasks
        self.ending = ending
        self.clock = clock
    }

    /// How much there is, or was.
    public struct Receipt: Sendable, Hashable, Codable {
        public var records = ErasureReceipt()
        /// Requests, with what came of them.
        public var requests = 0
        /// Paintings in their gallery.
        public var gallery = 0
        /// Tasks of their own, and those that name them.
        public var tasks = 0
        /// Requests that are stopped and still being answered: they can be erased in a moment.
        public var stillEnding = 0

        /// As the operator reads it.
        public var keptLine: String { isEmpty ? "nothing is kept of this user" : "kept: \(PrivacyText.list(self))" }
        public var erasedLine: String {
            isEmpty
                ? "nothing was kept of this user"
                : "erased: \(PrivacyText.list(self))"
                    + (stillEnding == 0 ? "" : "; \(stillEnding) requests are just being ended, say it again in a minute")
        }

        public var isEmpty: Bool { records.isEmpty && requests == 0 && gallery == 0 && tasks == 0 && stillEnding == 0 }
    }

    public func count(_ person: PersonKey) async throws -> Receipt {
        let requests = try await jobs.jobs(of: person.description, limit: Self.requestLimit).count
        return Receipt(
            records: try await memories.records.count(person), requests: requests, gallery: try await pictures?.all(of: person).count ?? 0,
            tasks: try await tasks?.count(of: person) ?? 0)
    }

    // MARK: Export

    /// A ZIP file: what is kept as JSON, with the pictures beside it.
    ///
    /// - Parameter limit: bytes; pictures that do not fit are left out, and the file says so.
    public func export(_ person: PersonKey, atMost limit: Int) async throws -> [UInt8] {
        let memory = try await memories.records.export(person)
        let requests = try await jobs.jobs(of: person.description, limit: Self.requestLimit)
        var entries = [
            ZipArchive.Entry(path: "memory.json", bytes: try Self.json(memory)),
            ZipArchive.Entry(path: "requests.json", bytes: try Self.json(requests.map(Request.init))),
        ]
        var free = limit - 4_096 - entries.reduce(0) { $0 + $1.bytes.count }
        var left = 0
        func add(_ path: String, _ bytes: [UInt8]) {
            guard bytes.count + 512 <= free else { return left += 1 }
            free -= bytes.count + 512
            entries.append(ZipArchive.Entry(path: path, bytes: bytes))
        }
        for picture in memory.pictures {
            add("pictures/\(picture.turn)-\(picture.position + 1).\(Self.ending(picture.contentType))", picture.bytes)
        }
        for picture in try await pictures?.all(of: person) ?? [] {
            add("gallery/\(picture.requestID).json", try Self.json(Painting(picture)))
        }
        for job in requests {
            for file in try await jobs.output(of: job.requestID)?.files ?? [] {
                add("requests/\(job.requestID)-\(file.name.replacing("/", with: "-").replacing("..", with: "-"))", file.bytes)
            }
        }
        entries.insert(ZipArchive.Entry(path: "README.txt", bytes: Array(PrivacyText.readme(left: left).utf8)), at: 0)
        return ZipArchive.bytes(entries)
    }

    /// A request as its owner may see it: without the way to answer it, which is nobody's data.
    private struct Request: Encodable {
        let id: String
        let kind: String
        let model: String
        let state: String
        let askedAt: Timestamp
        let wish: JSONValue?

        init(_ job: Job) {
            (id, kind, model, state) = (job.requestID.description, job.kind, job.queue, job.state.rawValue)
            askedAt = job.createdAt
            var wish: JSONValue? = try? job.arguments.decode()
            if case .object(var fields)? = wish {
                fields["reply"] = nil
                wish = .object(fields)
            }
            self.wish = wish
        }
    }

    /// A painting in their gallery, which is found there when its request is no longer kept.
    private struct Painting: Encodable {
        let prompt: String
        let model: String
        let paintedAt: Timestamp

        init(_ picture: ShelvedPicture) { (prompt, model, paintedAt) = (picture.prompt, picture.model, picture.madeAt) }
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(value))
    }

    private static func ending(_ contentType: String) -> String { contentType == "image/png" ? "png" : "jpg" }

    // MARK: Erasure

    /// Stops what is under way and removes everything. May be repeated.
    public func erase(_ person: PersonKey) async throws -> Receipt {
        let requests = try await jobs.jobs(of: person.description, limit: Self.requestLimit)
        for job in requests where !job.state.isFinal { _ = try await jobs.cancel(job.requestID, at: clock.now(), answer: ending) }
        // The words first: an answer that is being written finds nothing to write to.
        let records = try await memories.records.erase(person)
        let gone = try await jobs.erase(requests.map(\.requestID))
        let gallery = try await pictures?.erase(person).count ?? 0
        _ = try await guilds?.forget(person)
        let named = try await tasks?.erase(person) ?? 0
        return Receipt(records: records, requests: gone.count, gallery: gallery, tasks: named, stillEnding: requests.count - gone.count)
    }
}
