import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Which commands are offered to whom", .timeLimit(.minutes(10)))
struct OfferTests {
    let stage = Stage()
    private var guest: EmulatorControl { stage.control.acting(as: EmulatorControl.secondPerson) }

    private func register(_ command: JSON) -> String {
        stage.call("PUT", "/applications/\(stage.application)/commands", [command]).json.array?.first?["id"]?.string ?? ""
    }

    @Test("a command for the permissions it asks is refused to others, unless the guild lets them")
    func permissions() async throws {
        let id = register(["name": "ban", "description": "Bans", "default_member_permissions": "8"])
        #expect(throws: EmulatorControl.Refused.self) { try guest.slash("ban") }
        _ = try stage.control.slash("ban")
        let line = stage.connect()
        line.identify()
        set([CommandPermission(id: World.secondHuman, kind: .user, isAllowed: true)], of: id)
        _ = try guest.slash("ban")
        let told = try #require(await line.until("APPLICATION_COMMAND_PERMISSIONS_UPDATE")?["d"])
        #expect(told["permissions"]?.array?.first?["permission"] == true)
        let path = "/applications/\(stage.application)/guilds/\(Stage.guild)/commands"
        #expect(stage.call("GET", "\(path)/\(id)/permissions").json["permissions"]?.array?.count == 1)
        #expect(stage.call("GET", "\(path)/permissions").json.array?.count == 1)
        #expect(stage.call("PUT", "\(path)/\(id)/permissions", ["permissions": []]).code == 20001)
        // A channel that is closed to it goes before all else.
        let everywhere = ID(World.firstGuild.raw - 1)
        set(
            [
                CommandPermission(id: World.secondHuman, kind: .user, isAllowed: true),
                CommandPermission(id: everywhere, kind: .channel, isAllowed: false),
                CommandPermission(id: World.pictures, kind: .channel, isAllowed: true),
            ], of: id)
        #expect(throws: EmulatorControl.Refused.self) { try guest.slash("ban") }
        _ = try guest.slash("ban", in: EmulatorControl.pictures)
    }

    private func set(_ permissions: [CommandPermission], of id: String) {
        stage.core.step { state in
            let commandID = ID(id) ?? ID(0)
            state.world.commandPermissions[World.firstGuild] = [commandID: permissions]
            state.world.events.append(
                .commandPermissionsChanged(guildID: World.firstGuild, applicationID: World.defaultApplication, commandID: commandID))
        }
    }

    @Test("a command works in the contexts it names, and an application that its user installed works where it is no member")
    func contexts() throws {
        _ = register([
            "name": "ask", "description": "Asks", "integration_types": [1], "contexts": [0, 2],
        ])
        #expect(throws: EmulatorControl.Refused.self) { try guest.slash("ask") }
        stage.core.step { state in
            _ = state.world.users[World.secondHuman]?.installedIDs.insert(World.defaultApplication)
            try? state.world.leave(guild: World.firstGuild, World.defaultApplication)
        }
        _ = try guest.slash("ask")
        let between = stage.control.directChannel(with: EmulatorControl.secondPerson)
        let id = try guest.slash("ask", in: between)
        let shown = try #require(stage.core.step { state in state.world.interactions[ID(id.rawValue)].map { state.world.show($0) } })
        #expect(shown["context"] == 2)
        #expect(shown["authorizing_integration_owners"] == ["1": .id(World.secondHuman)])
        #expect(shown["app_permissions"]?.string != "0")
        #expect(throws: EmulatorControl.Refused.self, "not in the channel with its own bot") {
            try guest.slash("ask", in: guest.directChannel())
        }
    }

    @Test("an application that only its user installed follows up five times")
    func followups() throws {
        _ = register(["name": "ask", "description": "Asks", "integration_types": [1]])
        stage.core.step { state in
            _ = state.world.users[World.firstHuman]?.installedIDs.insert(World.defaultApplication)
            try? state.world.leave(guild: World.firstGuild, World.defaultApplication)
        }
        let id = try stage.control.slash("ask")
        let interaction = try #require(stage.core.step { $0.world.interactions[ID(id.rawValue)] })
        #expect(stage.acknowledge(interaction, ["type": 4, "data": ["content": "hi"]]).status == 204)
        for n in 1...5 { #expect(stage.call("POST", stage.webhook(interaction), ["content": .string("\(n)")]).status == 200) }
        #expect(stage.call("POST", stage.webhook(interaction), ["content": "6"]).code == 40094)
    }

    @Test("people read commands in their language, and the application learns which it is")
    func languages() throws {
        let command: JSON = [
            "name": "paint", "description": "Paints", "name_localizations": ["de": "malen"], "description_localizations": ["de": "Malt"],
        ]
        let made = stage.call("POST", "/applications/\(stage.application)/commands", command)
        #expect(made.json["name_localizations"]?["de"] == "malen")
        let list = "/applications/\(stage.application)/commands"
        #expect(stage.call("GET", list).json.array?.first?["name_localizations"] == nil)
        #expect(stage.call("GET", "\(list)?with_localizations=true").json.array?.first?["name_localizations"]?["de"] == "malen")
        for (locale, name) in [("xx", "malen"), ("de", "Malen"), ("de", String(repeating: "x", count: 33))] {
            let wrong: JSON = ["name": "paint", "description": "Paints", "name_localizations": [locale: .string(name)]]
            let answer = stage.call("POST", list, wrong)
            #expect(answer.json["errors"]?["name_localizations"]?[locale] != nil, "\(locale) \(name)")
        }
        stage.core.step { $0.world.users[World.secondHuman]?.locale = "de" }
        let id = try guest.slash("paint")
        #expect(stage.core.step { state in state.world.interactions[ID(id.rawValue)].map { state.world.show($0)["locale"] } } == "de")
    }

    @Test("two hundred commands are created in a day, not more")
    func creations() {
        let list = "/applications/\(stage.application)/commands"
        for n in 0..<200 {
            #expect(stage.call("POST", list, ["name": .string("c\(n % 50)"), "description": "x"]).status == 201)
            if n % 50 == 49 { stage.call("PUT", list, []) }
        }
        let refused = stage.call("POST", list, ["name": "more", "description": "x"])
        #expect(refused.status == 429)
        #expect(refused.code == 30034)
        stage.clock.advance(by: .seconds(86_401))
        #expect(stage.call("POST", list, ["name": "more", "description": "x"]).status == 201)
    }

    @Test("only options that the application completes are completed")
    func completion() throws {
        _ = register([
            "name": "model", "description": "Chooses",
            "options": [
                [
                    "type": 1, "name": "set", "description": "Sets",
                    "options": [
                        ["type": 3, "name": "name", "description": "Which", "autocomplete": true],
                        ["type": 3, "name": "note", "description": "Why"],
                    ],
                ]
            ],
        ])
        func focus(_ option: String) throws -> InteractionRecord {
            var invocation = World.Invocation()
            invocation.name = "model set"
            invocation.options = [option: "da"]
            invocation.focused = option
            let ready = invocation
            return try stage.core.step { (state) throws(World.PlayError) in
                try state.world.invoke(ready, in: World.general, as: World.firstHuman)
            }
        }
        let data = try focus("name").data
        let inner = data["options"]?.array?.first?["options"]?.array?.first
        #expect(inner?["focused"] == true)
        #expect(inner?["value"] == "da")
        #expect(throws: World.PlayError.self) { try focus("note") }
    }
}
