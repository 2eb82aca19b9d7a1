import DiscordModels
import Inference
import Support
import Testing

@testable import Features

@Suite struct `What the owners of a guild type into /settings` {
    private let cards = [ImageModelCard(name: "pocket", summary: "Small")]

    private func change(_ path: [String], _ values: [String: JSONValue] = [:]) throws -> SettingsChange {
        try SettingsChange(path, values.map { InteractionOption(name: $0.key, kind: .string, value: $0.value) }, cards: cards)
    }

    private func refusal(_ path: [String], _ values: [String: JSONValue] = [:]) -> String? {
        #expect(throws: Refusal.self) { try change(path, values) }?.userMessage
    }

    private func apply(_ changes: SettingsChange..., to settings: PaintingSettings = .init()) throws -> PaintingSettings {
        var settings = settings
        for change in changes { _ = try change.apply(to: &settings) }
        return settings
    }

    @Test func `Discord takes the command, and shows it to who may manage the guild, there alone`() throws {
        let definition = SettingsCommand(cards: cards).definition
        try definition.validate()
        #expect(definition.defaultMemberPermissions == .manageGuild && definition.contexts == [0])
    }

    @Test func `what is usual is checked and then holds until it is left out`() throws {
        let usual = try change(["usual"], ["model": .string("pocket"), "size": .string("3:2"), "count": .integer(2)])
        let settings = try apply(usual)
        #expect(settings.model == "pocket" && settings.size == "3:2" && settings.count == 2)
        #expect(SettingsText.done(usual) == "Usual from now on: model `pocket`, size `3:2`, 2 pictures.")
        #expect(try apply(change(["usual"]), to: settings) == PaintingSettings())
        #expect(refusal(["usual"], ["model": .string("gone")])?.contains("There is: `pocket`.") == true)
        #expect(refusal(["usual"], ["size": .string("big")])?.hasPrefix("I do not understand the size") == true)
        #expect(refusal(["usual"], ["count": .integer(10)]) == "`count` must be a whole number from 1 to 9.")
        #expect(refusal(["usual"], ["count": .integer(.max)])?.contains("1 to 9") == true)
    }

    @Test func `a later rule for the same channel, role, style or word takes the place of the earlier one`() throws {
        var settings = try apply(
            change(["channel"], ["channel": .string("8"), "showing": .string("off")]),
            change(["channel"], ["channel": .string("8"), "showing": .string("spoiler")]),
            change(["role"], ["role": .string("5"), "share": .integer(200)]),
            change(["role"], ["role": .string("5"), "share": .integer(300)]),
            change(["style", "add"], ["name": .string("Ink"), "words": .string("ink")]),
            change(["style", "add"], ["name": .string("INK"), "words": .string("black ink")]),
            change(["word", "add"], ["word": .string("Tax"), "reason": .string("No.")]),
            change(["word", "add"], ["word": .string("täx!"), "action": .string("spoiler")]))
        #expect(settings.channels == [.init(channel: 8, showing: .spoiler)])
        #expect(settings.roles == [.init(role: 5, weight: 300, showing: nil)])
        #expect(settings.styles == [PaintingStyle(name: "INK", words: "black ink", negative: nil)])
        #expect(settings.words == [BlockedWord(word: "täx!", reason: nil, action: .spoiler)])

        settings = try apply(
            change(["channel"], ["channel": .string("8")]), change(["role"], ["role": .string("5")]),
            change(["style", "remove"], ["name": .string("ink")]), change(["word", "remove"], ["word": .string("TAX")]), to: settings)
        #expect(settings == PaintingSettings())
    }

    @Test func `what is not there cannot be removed, and what is missing is named`() {
        #expect(throws: Refusal.self) { try apply(change(["style", "remove"], ["name": .string("ink")])) }
        #expect(throws: Refusal.self) { try apply(change(["word", "remove"], ["word": .string("tax")])) }
        #expect(refusal(["word", "add"], ["word": .string("!?")]) == "There is no letter and no digit in that word.")
        #expect(refusal(["channel"]) == "`channel` is missing.")
        #expect(refusal(["everywhere"], ["showing": .string("sideways")]) == "`showing` is missing.")
        #expect(refusal(["shred"]) == RoutingText.unknownCommand)
    }

    @Test func `there is a bound to all lists, and the words on them are shown covered and cannot mention anybody`() throws {
        var settings = PaintingSettings()
        for number in 0..<200 { settings = try apply(change(["word", "add"], ["word": .string("word\(number)")]), to: settings) }
        #expect(throws: Refusal.self) { try apply(change(["word", "add"], ["word": .string("one more")]), to: settings) }
        for number in 0..<25 {
            let style = try change(["style", "add"], ["name": .string("@everyone \(number)"), "words": .string("x")])
            settings = try apply(style, to: settings)
        }
        #expect(throws: Refusal.self) { try apply(change(["style", "add"], ["name": .string("y"), "words": .string("x")]), to: settings) }
        let text = SettingsText.all(settings, changes: [])
        #expect(text.utf16.count <= 2_000 && text.contains("||word0||") && text.contains("and 180 more") && !text.contains("@everyone"))
    }
}
