import DiscordEmulator
import DiscordModels
import Foundation
import Support
import Testing

@testable import Discord

@Suite("Over sockets: messages", .timeLimit(.minutes(10)))
struct MessagesOverSocketsTests {
    @Test("a message with files arrives with their bytes, names and alternative texts, and its edit keeps what it lists")
    func upload() async throws {
        try await withEmulatedDiscord { client, control in
            var bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
            bytes += Array("\r\n--troupe-\r\n".utf8)
            let sent = try await client.createMessage(
                in: EmulatorControl.general,
                OutgoingMessage(
                    content: "hello @everyone",
                    files: [
                        FileUpload(filename: "a \"cat\".bin", contentType: "application/octet-stream", bytes: bytes, description: "a cat"),
                        FileUpload(filename: "empty.txt", contentType: "text/plain", bytes: []),
                    ]))
            #expect(sent.attachments.map(\.size) == [bytes.count, 0])
            #expect(sent.attachments.first?.description == "a cat")
            #expect(control.bytes(of: try #require(sent.attachments.first).id) == bytes)

            let kept = try await client.editMessage(
                sent.id, in: EmulatorControl.general,
                MessageEdit(content: "changed", keptAttachments: [try #require(sent.attachments.last).id]))
            #expect(kept.content == "changed" && kept.attachments.map(\.id) == [sent.attachments[1].id])
            #expect(try await client.messages(in: EmulatorControl.general, limit: 1).map(\.id) == [sent.id])

            try await client.deleteMessage(sent.id, in: EmulatorControl.general)
            let error = await #expect(throws: DiscordAPIError.self) { try await client.message(sent.id, in: EmulatorControl.general) }
            #expect(error?.isUnknownMessage == true)
        }
    }

    @Test("faults of the server and cut connections are overcome")
    func faults() async throws {
        try await withEmulatedDiscord(rateLimits: false) { client, control in
            for fault: EmulatorControl.Fault in [.error(status: 503, requests: 3), .dropRequest(requests: 2), .halfResponse(requests: 2)] {
                control.make(fault)
                _ = try await client.currentUser()
            }
            control.make(.error(status: 500, requests: 100))
            let error = await #expect(throws: DiscordAPIError.self) { try await client.currentUser() }
            #expect(error?.kind == .serverFault && error?.isTransient == true)
        }
    }

    @Test("a message whose answer was lost is there once")
    func nonce() async throws {
        try await withEmulatedDiscord { client, control in
            control.make(.dropResponse(route: "POST /channels/{channel_id}/messages", requests: 2))
            let sent = try await client.createMessage(
                in: EmulatorControl.general, OutgoingMessage(content: "once", nonce: "1234567890"))
            #expect(try control.messages().filter { $0.content == "once" }.map(\.id) == [sent.id])
        }
    }

    @Test("what Discord refuses names the field")
    func refused() async throws {
        try await withEmulatedDiscord { client, _ in
            let bad = Button("x", style: Button.Style(rawValue: 77), customID: "c")
            let error = await #expect(throws: DiscordAPIError.self) {
                try await client.createMessage(
                    in: EmulatorControl.general, OutgoingMessage(content: "x", components: [.actionRow([.button(bad)])]))
            }
            #expect(error?.code == .invalidForm)
            #expect(error?.fieldErrors.first?.path.hasPrefix("components[0].components[0].style") == true)
        }
    }

    @Test("an answer larger than its bound is given up")
    func bound() async throws {
        try await withEmulatedDiscord(adjust: { $0.responseLimit = 64 }) { client, _ in
            let error = await #expect(throws: DiscordAPIError.self) { try await client.currentUser() }
            #expect(error?.kind == .unreadable)
        }
    }

    @Test("a direct message, typing, the gateway and the application are found")
    func others() async throws {
        try await withEmulatedDiscord { client, _ in
            let direct = try await client.directChannel(with: EmulatorControl.firstPerson)
            #expect(direct.kind == .directMessage)
            try await client.showTyping(in: EmulatorControl.general)
            #expect(try await client.channel(EmulatorControl.general).name == "general")
            #expect(try await client.gatewayBot().url.hasPrefix("ws"))
            #expect(try await client.currentApplication().id == EmulatorControl.application)
        }
    }
}
