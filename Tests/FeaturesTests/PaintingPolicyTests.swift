import DiscordModels
import Foundation
import Testing

@testable import Features

@Suite struct `What a guild's rules say about a request` {
    private func rule(
        _ prompt: String = "a red circle", count: Int = 4, in place: AskingPlace = .init(), _ change: (inout PaintingSettings) -> Void
    ) throws -> PaintingPolicy.Ruling {
        var settings = PaintingSettings()
        change(&settings)
        return try PaintingPolicy(settings: settings, place: place).rule(prompt: prompt, count: count)
    }

    private func refusal(
        _ prompt: String = "a red circle", count: Int = 4, in place: AskingPlace = .init(), _ change: (inout PaintingSettings) -> Void
    ) -> String? {
        do {
            _ = try rule(prompt, count: count, in: place, change)
            return nil
        } catch { return (error as? Refusal)?.userMessage }
    }

    private func place(channels: [UInt64] = [], roles: Set<UInt64> = [], isAgeRestricted: Bool = false) -> AskingPlace {
        var place = AskingPlace()
        (place.channels, place.roles, place.isAgeRestricted) = (channels, roles, isAgeRestricted)
        return place
    }

    @Test func `without any, everything is painted and shown`() throws {
        #expect(try !rule { _ in }.isSpoiler)
    }

    @Test func `a channel's rule holds in its threads, before the guild's`() throws {
        func isSpoiler(_ channels: [UInt64]) throws -> Bool {
            try rule(in: place(channels: channels)) {
                $0.showing = .spoiler
                $0.channels = [.init(channel: 7, showing: .plain)]
            }.isSpoiler
        }
        #expect(try isSpoiler([1]) && !isSpoiler([7]) && !isSpoiler([70, 7]))
        let closed = refusal(in: place(channels: [8])) { $0.channels = [.init(channel: 8, showing: .off)] }
        #expect(closed == "Nothing is painted in this channel. Try another one.")
    }

    @Test func `a role's rule goes before the channel's, the most lenient of several first`() throws {
        func showing(_ roles: Set<UInt64>) -> PaintingSettings.Showing {
            var settings = PaintingSettings()
            settings.channels = [.init(channel: 8, showing: .off)]
            settings.roles = [
                .init(role: 1, weight: nil, showing: .spoiler), .init(role: 2, weight: 300, showing: .plain),
                .init(role: 3, weight: 50, showing: nil),
            ]
            return PaintingPolicy(settings: settings, place: place(channels: [8], roles: roles)).showing
        }
        #expect(showing([]) == .off && showing([3]) == .off && showing([1]) == .spoiler && showing([1, 2]) == .plain)
    }

    @Test func `the largest share of one's roles counts`() {
        func weight(_ roles: Set<UInt64>) -> Int {
            var settings = PaintingSettings()
            settings.roles = [.init(role: 1, weight: 300, showing: nil), .init(role: 2, weight: 50, showing: nil)]
            return PaintingPolicy(settings: settings, place: place(roles: roles)).weight
        }
        #expect(weight([]) == 100 && weight([1, 2]) == 300 && weight([2]) == 50)
    }

    @Test func `a word is refused with its reason, however it is written, and only as a word`() {
        func refusal(_ prompt: String) -> String? {
            self.refusal(prompt) { $0.words = [BlockedWord(word: "Tax Form", reason: "It is April.", action: .refuse)] }
        }
        let sentence = "The word ||Tax Form|| is not painted on this server. It is April. Try other words."
        for prompt in ["a tax form", "TAX-FORM!", "täx form", "ｔａｘ　ｆｏｒｍ", "tax\u{200B} form"] {
            #expect(refusal(prompt) == sentence, "\(prompt)")
        }
        for prompt in ["taxform", "syntax form", "form tax", "a tax on form"] { #expect(refusal(prompt) == nil, "\(prompt)") }
    }

    @Test func `a word may be for age-restricted channels only, or for behind a cover`() throws {
        func change(_ action: BlockedWord.Action) -> (inout PaintingSettings) -> Void {
            { $0.words = [BlockedWord(word: "blood", reason: nil, action: action)] }
        }
        #expect(refusal("Blood", change(.ageRestricted))?.contains("outside of age-restricted channels") == true)
        #expect(try !rule("blood", in: place(isAgeRestricted: true), change(.ageRestricted)).isSpoiler)
        #expect(try rule("blood", change(.spoiler)).isSpoiler && !rule("bloody", change(.spoiler)).isSpoiler)
    }

    @Test func `no more pictures than the guild allows`() {
        #expect(refusal(count: 3) { $0.maximumCount = 2 } == "At most 2 pictures a request here. Ask for fewer.")
        #expect(refusal(count: 2) { $0.maximumCount = 1 } == "At most 1 picture a request here. Ask for fewer.")
        #expect(refusal(count: 2) { $0.maximumCount = 2 } == nil)
    }

    @Test func `settings of another version are read as far as they are known`() throws {
        let json = #"""
            {"model": 5, "count": 3, "showing": "upside down", "channels": [{"channel": 8, "showing": "off"}, {"channel": "x"}],
             "words": [{"word": "a", "action": "shred"}, {"word": "b", "action": "refuse"}], "more": {}}
            """#
        let settings = try JSONDecoder().decode(PaintingSettings.self, from: Data(json.utf8))
        #expect(settings.model == nil && settings.count == 3 && settings.showing == nil)
        #expect(settings.channels == [.init(channel: 8, showing: .off)] && settings.words.map(\.word) == ["b"])
        #expect(try JSONDecoder().decode(PaintingSettings.self, from: JSONEncoder().encode(settings)) == settings)
    }
}
