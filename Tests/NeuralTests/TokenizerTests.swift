// Text to tokens, compared with what min-dalle's tokenizer makes of the same text and vocabulary.
import Foundation
import Testing

@testable import Neural

@Suite("Prompts become the tokens that the published tokenizer makes of them")
struct TokenizerTests {
    private func tokenizer(_ fixture: PainterFixture) throws -> BytePairTokenizer {
        try BytePairTokenizer(
            vocabularyPath: "\(fixture.folder)/vocab.json", mergesPath: "\(fixture.folder)/merges.txt", vocabularySize: 1000)
    }

    @Test("spaces, case, accents, unknown letters, emoji, long words", arguments: PainterFixture.all)
    func samePieces(fixture: PainterFixture) throws {
        let tokenizer = try tokenizer(fixture)
        for example in try fixture.expected().tokenized {
            #expect(tokenizer.tokenize(example.text) == example.tokens, "\(example.text.prefix(40))")
        }
    }

    @Test("a long prompt is cut at the model's length")
    func limit() throws {
        let tokenizer = try tokenizer(PainterFixture.all[0])
        let all = tokenizer.tokenize(String(repeating: "circle ", count: 100))
        #expect(tokenizer.tokenize(String(repeating: "circle ", count: 100), limit: 24) == Array(all.prefix(24)))
        #expect(tokenizer.tokenize("", limit: 24) == [tokenizer.start, tokenizer.end])
    }

    @Test("the longest prompt that is let in is tokenized within the minute on any machine", .timeLimit(.minutes(10)))
    func longest() throws {
        let tokenizer = try tokenizer(PainterFixture.all[0])
        for text in ["circle", "\u{1f469}\u{200d}\u{1f91d}\u{200d}\u{1f468}", "é", "a "] {
            let prompt = String(repeating: text, count: BytePairTokenizer.promptLimit / text.utf8.count)
            #expect(tokenizer.tokenize(prompt, limit: 64).count <= 64)
        }
    }

    @Test(
        "emoji are spelled out",
        arguments: [
            ("\u{1f534}", "red_circle"), ("\u{2764}\u{fe0f} \u{2764}", "red_heart red_heart"),
            ("\u{1f44d}\u{1f3fd}!", "thumbs_up_medium_skin_tone!"),
            ("\u{1f1eb}\u{1f1f7}", "France"), ("3\u{fe0f}\u{20e3}", "keycap_3"), ("3 # *", "3 # *"), ("\u{1f3fd}", "medium_skin_tone"),
            ("\u{1f469}\u{1f3fb}\u{200d}\u{1f91d}\u{200d}\u{1f468}\u{1f3ff}", "woman_and_man_holding_hands_light_skin_tone_dark_skin_tone"),
            ("\u{1f534}\u{1f3fd}", "red_circlemedium_skin_tone"),
        ])
    func emoji(text: String, spelled: String) {
        #expect(EmojiNames.spellOut(text) == spelled)
    }
}
