import Support
import Testing

@testable import Features

@Suite struct `Sealed buttons` {
    private let signer = ButtonSigner(secret: Secret("a key"))

    private var button: ButtonID { ButtonID(action: .picture, requestID: RequestID(1_234_567_890_123_456_789), index: 8, owner: .max) }

    @Test func `a button means after a restart what it meant before`() {
        for action in [ButtonID.Action.picture, .again, .cancel] {
            var button = button
            button.action = action
            #expect(ButtonSigner(secret: Secret("a key")).read(signer.customID(button)) == button)
        }
    }

    @Test func `it fits into what Discord allows and into plain characters`() {
        let id = signer.customID(button)
        #expect(id.utf16.count <= 100)
        #expect(id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }

    @Test func `it may carry a note, cut at a whole character where it is too long`() {
        var noted = button
        for note in ["x", "search for this", String(repeating: "ü", count: 19)] {
            noted.note = note
            #expect(signer.customID(noted).utf16.count <= 100)
            #expect(signer.read(signer.customID(noted)) == noted)
        }
        noted.note = String(repeating: "x", count: 37) + "üa"
        #expect(signer.read(signer.customID(noted))?.note == String(repeating: "x", count: 37))
        #expect(signer.customID(noted).utf16.count <= 100)
    }

    @Test func `with another key it is worth nothing`() {
        #expect(ButtonSigner(secret: Secret("another key")).read(signer.customID(button)) == nil)
    }

    @Test func `no bit of it can be changed`() {
        let id = Array(signer.customID(button).utf8)
        for at in id.indices {
            for other in [UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "0"), UInt8(ascii: "_")] where other != id[at] {
                var forged = id
                forged[at] = other
                // The last character's spare bits carry nothing: the same bytes may be spelled twice, never other ones.
                let read = signer.read(String(decoding: forged, as: UTF8.self))
                #expect(read == nil || read == button)
            }
        }
    }

    @Test func `garbage is no button`() {
        for text in ["", "t1", "t1====", "t2abc", "cancel", String(repeating: "A", count: 5_000), "t1\u{0}", "t1🟥🟥🟥"] {
            #expect(signer.read(text) == nil)
        }
        #expect(signer.read(String(signer.customID(button).dropLast(2))) == nil)
        #expect(signer.read(signer.customID(button) + "AA") == nil)
    }
}
