import Foundation
import Inference
import Memory
import Pictures
import Testing

@testable import Features

@Suite struct `A character card` {
    private let second = #"{"spec":"chara_card_v2","data":{"name":"Jack","description":"{{char}} sails.","first_mes":"Ahoy {{user}}!"}}"#

    private func png(_ texts: [PNGText]) throws -> [UInt8] {
        try Picture(width: 4, height: 4, pixels: [UInt8](repeating: 90, count: 48)).png(text: texts)
    }

    @Test func `is read from JSON of its first and second version`() throws {
        let first = #"{"name":"Jack","description":"{{char}} sails.","personality":"bold","scenario":"at sea","mes_example":"<START>\nhi"}"#
        let persona = try CharacterCard(json: Array(first.utf8)).persona
        #expect(
            persona.name == "Jack" && persona.instructions.contains("Jack sails.") && persona.instructions.contains("Personality: bold"))
        #expect(try CharacterCard(json: Array(second.utf8)).persona.greeting == "Ahoy the person you talk with!")
    }

    @Test func `is read from a picture, the newer version first`() throws {
        let third = second.replacing("Jack", with: "Jill")
        let texts = [
            PNGText("chara", Data(second.utf8).base64EncodedString()), PNGText("ccv3", Data(third.utf8).base64EncodedString()),
        ]
        #expect(try CharacterCard(file: png(texts)).persona.name == "Jill")
        #expect(try CharacterCard(file: png([texts[0]])).persona.name == "Jack")
    }

    @Test func `that is none is said to be none`() throws {
        #expect(throws: CharacterCard.Unreadable.self) { try CharacterCard(json: Array("[]".utf8)) }
        #expect(throws: CharacterCard.Unreadable.self) { try CharacterCard(json: Array(#"{"name":" "}"#.utf8)) }
        #expect(throws: CharacterCard.Unreadable.self) { try CharacterCard(file: png([])) }
        #expect(throws: CharacterCard.Unreadable.self) { try CharacterCard(file: png([PNGText("chara", "no base64 §")])) }
    }

    @Test func `and knobs are kept within bounds`() {
        let wild = TextOptions(
            maxTokens: 1 << 40, temperature: -3, topP: .nan, topK: 0, minP: 7, repetitionPenalty: 99, stop: ["", "a", "b"])
        let tame = OptionBounds().clamped(wild, owner: TextOptions(maxTokens: 100))
        #expect(tame.maxTokens == 100 && tame.temperature == 0 && tame.topK == 1 && tame.minP == 1 && tame.repetitionPenalty == 2)
        #expect(tame.topP == 0.01 && tame.stop == ["a", "b"])
    }
}
