import DiscordModels
import Foundation

import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("What outlives an emulator", .timeLimit(.minutes(10)))
struct StateTests {
    @Test("messages, files, threads, commands, purchases and open interactions are as they were in the next run")
    func everything() throws {
        let stage = Stage()
        stage.call("PUT", "/applications/\(stage.application)/commands", [["name": "paint", "description": "Paints"]])
        let said = stage.say([
            "content": "kept", "components": [["type": 1, "components": [["type": 2, "style": 1, "label": "A", "custom_id": "a"]]]],
        ])
        let message = try #require(said.json["id"]?.string)
        stage.call("PUT", "/channels/\(Stage.general)/messages/\(message)/reactions/🎨/@me")
        let thread = stage.call("POST", "/channels/\(Stage.general)/messages/\(message)/threads", ["name": "about it"])
        #expect(thread.status == 201)
        let asked = try stage.interaction()
        #expect(stage.acknowledge(asked, ["type": 5]).status == 204)
        stage.clock.advance(by: .seconds(60))
        let saved = try stage.core.savedState()

        let next = Stage()
        try next.core.load(saved)
        let shown = next.call("GET", "/channels/\(Stage.general)/messages/\(message)").json
        #expect(shown["content"] == "kept")
        #expect(shown["reactions"]?.array?.first?["emoji"]?["name"] == "🎨")
        #expect(shown["components"]?.array?.count == 1)
        #expect(next.call("GET", "/channels/\(thread.json["id"]?.string ?? "")").json["name"] == "about it")
        #expect(next.call("GET", "/applications/\(next.application)/commands").json.array?.count == 1)
        let edited = next.call("PATCH", next.webhook(asked) + "/messages/@original", ["content": "after the restart"])
        #expect(edited.json["content"] == "after the restart")
        #expect(try next.core.savedState().count > 1_000)
        let later = next.say(["content": "new"]).json["id"]?.string
        #expect(try #require(later.flatMap { ID($0) }) > #require(ID(message)), "ids go on growing")
    }

    @Test("a bot resumes its session in the next run, and gets what it missed and what happens then")
    func sessions() async throws {
        let stage = Stage()
        let line = stage.connect()
        line.identify()
        let ready = try #require(await line.until("READY"))
        let session = try #require(ready["d"]?["session_id"]?.string)
        stage.say(["content": "heard"])
        let heard = try #require(await line.until("MESSAGE_CREATE")?["s"]?.int)
        stage.say(["content": "missed"])
        stage.core.shutDown()
        #expect(await line.closeCode() == 1_001)
        // Libraries repeat the code with which they were closed.
        line.drop(code: 1_001)
        let saved = try stage.core.savedState(withSessions: true)

        let next = Stage()
        try next.core.load(saved, withSessions: true)
        let again = next.connect()
        again.send(["op": 6, "d": ["token": "any-token", "session_id": .string(session), "seq": .int(heard)]])
        #expect(await again.until("MESSAGE_CREATE")?["d"]?["content"] == "missed")
        #expect(await again.until("RESUMED") != nil)
        next.say(["content": "new"])
        let new = try #require(await again.until("MESSAGE_CREATE"))
        #expect(new["d"]?["content"] == "new")
        #expect(try #require(new["s"]?.int) > heard + 1)
    }

    @Test("a state that is loaded by hand makes bots identify again, and a session nobody came back for is forgotten")
    func noSessions() async throws {
        let stage = Stage()
        let line = stage.connect()
        line.identify()
        let session = try #require(await line.until("READY")?["d"]?["session_id"]?.string)
        line.drop()
        let resume: JSON = ["op": 6, "d": ["token": "any-token", "session_id": .string(session), "seq": 1]]
        let byHand = Stage()
        try byHand.core.load(try stage.core.savedState())
        let other = byHand.connect()
        other.send(resume)
        #expect(await other.until("op 9")?["d"] == false)
        let late = Stage()
        try late.core.load(try stage.core.savedState(withSessions: true), withSessions: true)
        late.clock.advance(by: .seconds(181))
        let tooLate = late.connect()
        tooLate.send(resume)
        #expect(await tooLate.until("op 9")?["d"] == false)
        stage.clock.advance(by: .seconds(181))
        #expect(try JSONReader.read(stage.core.savedState(withSessions: true))["sessions"]?.array?.isEmpty == true)
    }

    @Test("what is no state is refused, and the world stays")
    func refused() throws {
        let stage = Stage()
        stage.say(["content": "here"])
        for text in ["", "{}", "[1]", "{\"format\": 1}"] {
            #expect(throws: EmulatorCore.BadState.self) { try stage.core.load(Array(text.utf8)) }
        }
        var newer = try #require(JSONReader.read(try stage.core.savedState()).object)
        newer["format"] = 99
        let error = #expect(throws: EmulatorCore.BadState.self) { try stage.core.load(JSON.object(newer).bytes) }
        #expect(error?.description.contains("99") == true)
        #expect(stage.call("GET", "/channels/\(Stage.general)/messages").json.array?.count == 1)
    }

    @Test("a file keeps the world between runs, and only its owner can read it")
    func file() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "emulator-state-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = EmulatorConfiguration()
        configuration.stateFile = folder.appending(path: "world.json").path
        configuration.population = "users: [{username: ada}]"
        try await withEmulator(configuration) { server in _ = try server.control.say("remember me") }
        let path = try #require(configuration.stateFile)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let contents = try await withEmulator(configuration) { server in
            #expect(server.core.step { $0.world.users.values.count { $0.username == "ada" } } == 1, "the seed was not sown again")
            return try server.control.messages().map(\.content)
        }
        #expect(contents == ["remember me"])
        try Data("{}".utf8).write(to: URL(filePath: path))
        let ready = configuration
        await #expect(throws: (any Error).self) { try await withEmulator(ready) { _ in } }
    }
}
