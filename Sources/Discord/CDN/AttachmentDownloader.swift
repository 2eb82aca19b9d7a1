import DiscordModels
import Support

/// Fetches files that people put on Discord: only from Discord's own addresses, only so many bytes, only for so long.
///
/// An address comes from outside like everything in an event, so it is held against a short list before a single byte is
/// sent: nobody makes the bot call another machine by it. Carries no token. What comes back is hostile until it is checked.
public struct AttachmentDownloader: Sendable {
    /// Where Discord keeps the files of messages. Source: https://discord.com/developers/docs/reference#cdn-formatting
    static let places = ["cdn.discordapp.com", "media.discordapp.net"].flatMap { host in
        ["https://\(host)/attachments/", "https://\(host)/ephemeral-attachments/"]
    }

    private let transport: any RESTTransport
    private let places: [String]
    private let clock: any WallClock
    private let timeout: Duration
    private let attempts: Int

    /// - Parameters:
    ///   - apiBaseURL: where the REST API is; where that is not Discord's own, files of that machine's `/cdn/` are fetched too.
    ///   - timeout: for one try.
    public init(transport: any RESTTransport, apiBaseURL: String, clock: any WallClock, timeout: Duration = .seconds(15), attempts: Int = 2)
    {
        self.transport = transport
        self.clock = clock
        self.timeout = timeout
        self.attempts = attempts
        var places = Self.places
        if let origin = Self.origin(of: apiBaseURL), origin != "https://discord.com" { places.append("\(origin)/cdn/") }
        self.places = places
    }

    /// - Parameter limit: bytes; Discord's own word on the size is not trusted.
    /// - Throws: ``DownloadError``, or `CancellationError`.
    public func download(_ attachment: Attachment, atMost limit: Int) async throws -> [UInt8] {
        guard isDiscords(attachment.url) else { throw DownloadError(.elsewhere, "the address is not one of Discord's") }
        guard attachment.size <= limit else { throw DownloadError(.tooLarge(limit: limit), "\(attachment.size) bytes by Discord's word") }
        let request = RESTRequest(method: .get, url: attachment.url, headers: [], body: nil, timeout: timeout, responseLimit: limit)
        var attempt = 1
        while true {
            do {
                return try await fetch(request)
            } catch let error as DownloadError where error.code == .unreachable && attempt < attempts {
                attempt += 1
                try await clock.sleep(for: .seconds(1))
            }
        }
    }

    private func fetch(_ request: RESTRequest) async throws -> [UInt8] {
        let answer: RESTResponse
        do { answer = try await transport.send(request) } catch {
            switch error.kind {
            case .cancelled: throw CancellationError()
            case .answerTooLarge: throw DownloadError(.tooLarge(limit: request.responseLimit), error.detail)
            case .notSent, .noAnswer: throw DownloadError(.unreachable, error.detail)
            }
        }
        guard answer.status == 200 else {
            throw DownloadError([403, 404, 410].contains(answer.status) ? .gone : .unreachable, "status \(answer.status)")
        }
        return answer.body
    }

    /// Compared letter by letter from the start, so that no user name, port or escaped slash can change the host.
    func isDiscords(_ url: String) -> Bool {
        url.utf8.count <= 2_048 && url.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
            && places.contains { url.hasPrefix($0) } && !url.contains("/../") && !url.contains("/./")
    }

    private static func origin(of url: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else { return nil }
        let host = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return host.isEmpty || host.contains("@") ? nil : scheme + host
    }
}

/// Why a file could not be fetched.
public struct DownloadError: UserFacingError, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The address is not Discord's.
        case elsewhere
        case tooLarge(limit: Int)
        /// Discord has it no longer, or the address has expired.
        case gone
        case unreachable
    }

    public let code: Code
    /// For the log; holds no address.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    public var userMessage: String {
        switch code {
        case .elsewhere: "I only read files that are on Discord itself. Upload it, and try again."
        case .tooLarge(let limit): "That file is too large: I read at most \(limit / 1_048_576) MB. Make it smaller, and try again."
        case .gone: "Discord does not have that file any more. Upload it again."
        case .unreachable: "Discord did not give me that file. Try again in a minute."
        }
    }
}

extension RESTClient {
    /// Fetches files from where this client's Discord keeps them.
    public var attachments: AttachmentDownloader {
        AttachmentDownloader(transport: transport, apiBaseURL: configuration.baseURL, clock: clock)
    }
}
