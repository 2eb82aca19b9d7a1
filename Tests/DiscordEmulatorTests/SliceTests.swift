import DiscordModels
import NIOHTTP1
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("A bot on the emulator", .timeLimit(.minutes(10)))
struct SliceTests {
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 7, 0, 0, 0, 5, 8, 2, 0, 0, 0]

    @Test(
        "identifies, registers a command, defers, edits with a file, and the person sees it",
        arguments: [nil, "zlib-stream", "zstd-stream"])
    func story(compress: String?) async throws {
        try await withEmulator { server in
            let bot = RawBot(address: try await server.address())
            let gateway = try await bot.call("GET", "/gateway/bot").json
            #expect(gateway["url"]?.string?.hasPrefix("ws://") == true)
            let application = try #require(try await bot.call("GET", "/applications/@me").json["id"]?.string)
            let command: JSON = [
                "name": "paint", "description": "Paints", "type": 1,
                "options": [["type": 3, "name": "prompt", "description": "What", "required": true]],
            ]
            let made = try await bot.call("PUT", "/applications/\(application)/commands", [command])
            #expect(made.status == 200)

            let socket = try await RawSocket.connect(bot.address, compress: compress)
            #expect(await socket.until("op 10") != nil)
            socket.identify()
            let ready = try #require(await socket.until("READY"))
            #expect(ready["d"]?["session_id"]?.string?.isEmpty == false)
            #expect(await socket.until("GUILD_CREATE")?["d"]?["channels"]?.array?.isEmpty == false)

            let control = server.control
            let id = try control.slash("paint", ["prompt": .string("two circles")], in: EmulatorControl.pictures)
            let event = try #require(await socket.until("INTERACTION_CREATE")?["d"])
            #expect(event["id"]?.string == "\(id)")
            #expect(event["data"]?["options"]?.array?.first?["value"] == "two circles")
            let token = try #require(event["token"]?.string)

            #expect(try await bot.call("POST", "/interactions/\(id)/\(token)/callback", ["type": 5]).status == 204)
            #expect(try control.outcome(of: id).state == .acknowledged)
            #expect(try control.messages(in: EmulatorControl.pictures).first?.flags?.rawValue == 128)
            let second = try await bot.call("POST", "/interactions/\(id)/\(token)/callback", ["type": 5])
            #expect(second.status == 400)
            #expect(second.json["code"] == 40060)

            let edited = try await bot.upload(
                "PATCH", "/webhooks/\(application)/\(token)/messages/@original",
                ["content": "Here", "attachments": [["id": 0, "filename": "grid.png"]]], files: [("grid.png", "image/png", Self.png)])
            #expect(edited.status == 200)
            let outcome = try await control.settle(id, attachments: 1)
            #expect(outcome.state == .answered)
            #expect(outcome.message?.content == "Here")
            let attachment = try #require(try control.messages(in: EmulatorControl.pictures).first?.attachments.first)
            #expect(attachment.width == 7)
            let download = try await bot.send("GET", attachment.url, nil)
            #expect(download.bytes == Self.png)
            #expect(download.headers.first(name: "content-type") == "image/png")
            let forged = try await bot.send("GET", attachment.url.replacing("hm=", with: "hm=0"), nil)
            #expect(forged.status == 404)
            socket.kill()
        }
    }
}
