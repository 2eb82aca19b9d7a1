import DiscordModels
import Support
import Testing

@testable import Discord

@Suite struct `Fetching files from Discord` {
    private static let good = "https://cdn.discordapp.com/attachments/1/2/cat.png?ex=1&is=2&hm=3"

    private func downloader(_ transport: ScriptedTransport, api: String = "https://discord.com/api/v10") -> AttachmentDownloader {
        AttachmentDownloader(transport: transport, apiBaseURL: api, clock: ImpatientClock())
    }

    private func file(_ url: String = good, size: Int = 3) -> DiscordModels.Attachment {
        DiscordModels.Attachment(id: AttachmentID(2), filename: "cat.png", size: size, url: url)
    }

    private func failure(_ transport: ScriptedTransport, _ file: DiscordModels.Attachment, limit: Int = 100) async -> DownloadError.Code? {
        await #expect(throws: DownloadError.self) { try await downloader(transport).download(file, atMost: limit) }?.code
    }

    @Test func `a file of a message comes with no token and a bound on its bytes`() async throws {
        let transport = ScriptedTransport([.success(RESTResponse(status: 200, body: [1, 2, 3]))])
        #expect(try await downloader(transport).download(file(), atMost: 100) == [1, 2, 3])
        let request = try #require(transport.requests.first)
        #expect(request.url == Self.good && request.headers.isEmpty && request.responseLimit == 100)
    }

    @Test(arguments: [
        "http://cdn.discordapp.com/attachments/1/2/cat.png", "https://cdn.discordapp.com.evil.example/attachments/1/2/cat.png",
        "https://cdn.discordapp.com@evil.example/attachments/1/2/cat.png", "https://evil.example/https://cdn.discordapp.com/attachments/1",
        "https://cdn.discordapp.com:444/attachments/1/2/cat.png", "https://127.0.0.1/attachments/1/2/cat.png",
        "https://cdn.discordapp.com/attachments/../avatars/1.png", "https://cdn.discordapp.com\\@evil.example/attachments/1/2/cat.png",
        "https://cdn.discordapp.com/avatars/1/2.png", "https://cdn.discordapp.com/attachments/1/2/ cat.png", "file:///etc/passwd", "",
        "http://127.0.0.1:8081/cdn/attachments/1/2/cat.png", "http://169.254.169.254/latest/meta-data",
    ])
    func `nothing is fetched from anywhere else`(url: String) async {
        let transport = ScriptedTransport([])
        #expect(await failure(transport, file(url)) == .elsewhere)
        #expect(transport.requests.isEmpty)
    }

    @Test func `a Discord of one's own keeps its files itself`() {
        let own = downloader(ScriptedTransport([]), api: "http://127.0.0.1:8081/api/v10")
        #expect(own.isDiscords("http://127.0.0.1:8081/cdn/attachments/1/2/cat.png"))
        #expect(!own.isDiscords("http://127.0.0.1:8082/cdn/attachments/1/2/cat.png"))
        #expect(!own.isDiscords("http://127.0.0.1:8081/api/v10/users/@me"))
        #expect(!own.isDiscords("http://127.0.0.1:8081@evil.example/cdn/x"))
    }

    @Test func `what is too large is refused by its word, and given up when its word was a lie`() async {
        let transport = ScriptedTransport([.failure(RESTTransportError(.answerTooLarge, detail: "large"))])
        #expect(await failure(transport, file(size: 101)) == .tooLarge(limit: 100))
        #expect(transport.requests.isEmpty)
        #expect(await failure(transport, file()) == .tooLarge(limit: 100))
        #expect(transport.requests.count == 1)
    }

    @Test func `what is gone is said to be gone; what fails is tried once more`() async throws {
        let gone = ScriptedTransport([.status(404)])
        #expect(await failure(gone, file()) == .gone && gone.requests.count == 1)
        let flaky = ScriptedTransport([.noAnswer, .success(RESTResponse(status: 200, body: [9]))])
        #expect(try await downloader(flaky).download(file(), atMost: 100) == [9])
        let down = ScriptedTransport([], otherwise: .status(503))
        #expect(await failure(down, file()) == .unreachable && down.requests.count == 2)
    }
}
