import RepeatableChance
import Testing

@testable import Features

@Suite struct `A long answer in messages` {
    private let splitter = MessageSplitter()

    private func lines(_ count: Int, _ line: (Int) -> String) -> String { (0..<count).map(line).joined(separator: "\n") }

    @Test func `what fits stays whole, and nothing is no message`() {
        #expect(splitter.split("Hello") == ["Hello"])
        #expect(splitter.split(String(repeating: "a", count: 2_000)).count == 1)
        #expect(splitter.split("").isEmpty)
        #expect(splitter.split("\n \n").isEmpty)
    }

    @Test func `paragraphs stay whole where they can`() {
        let paragraph = String(repeating: "Some words here. ", count: 50).trimmingSpace()
        let pieces = splitter.split([paragraph, paragraph, paragraph].joined(separator: "\n\n"))
        #expect(pieces == ["\(paragraph)\n\n\(paragraph)", paragraph])
    }

    @Test func `a code block that must be cut is closed and goes on as one`() {
        let code = lines(150) { "    let value\($0) = compute(\($0))" }
        let pieces = splitter.split("Here it is:\n```swift\n\(code)\n```\nDone.")
        #expect(pieces.count > 2)
        for (index, piece) in pieces.enumerated() {
            #expect(piece.utf16.count <= 2_000)
            #expect(piece.split(separator: "\n").filter { $0.hasPrefix("```") }.count % 2 == 0)
            if index > 0 { #expect(piece.hasPrefix("```swift\n    let value")) }
        }
        let body = pieces.joined(separator: "\n").split(separator: "\n").filter { $0.contains("compute") }.joined(separator: "\n")
        #expect(body == code)
        #expect(pieces.last?.hasSuffix("\n```\nDone.") == true)
    }

    @Test func `a code block that is still being written is closed for the moment`() {
        #expect(splitter.split("Look:\n```py\nprint(1)") == ["Look:\n```py\nprint(1)\n```"])
        #expect(splitter.split("```py\nprint(1)\n```\nand ```inline``` too") == ["```py\nprint(1)\n```\nand ```inline``` too"])
    }

    @Test func `a list is cut between its items, not inside of one`() {
        let items = lines(60) { "\($0 + 1). Item number \($0 + 1)\n   with a second line that belongs to it" }
        let pieces = splitter.split(items)
        #expect(pieces.count > 1)
        for piece in pieces { #expect(piece.prefix { $0.isNumber }.isEmpty == false) }
        for piece in pieces { #expect(piece.hasSuffix("belongs to it")) }
    }

    @Test func `links and inline code are not cut`() {
        let link = "[a page about many things](https://example.org/\(String(repeating: "x", count: 90)))"
        let words = String(repeating: "word ", count: 370)
        for filler in 0..<40 {
            let text = words + String(repeating: "a", count: filler * 2) + " \(link) and `some code here` more"
            let pieces = splitter.split(text)
            #expect(pieces.count == 2 || pieces.count == 1)
            #expect(pieces.filter { $0.contains(link) }.count == 1)
            #expect(pieces.filter { $0.contains("`some code here`") }.count == 1)
        }
    }

    @Test func `words without end are cut between characters`() {
        let family = "👩‍👩‍👧‍👦"
        let pieces = splitter.split(String(repeating: family, count: 500))
        #expect(pieces.allSatisfy { $0.utf16.count <= 2_000 && $0.count * family.utf16.count == $0.utf16.count })
        #expect(pieces.joined() == String(repeating: family, count: 500))
        let marks = "e" + String(repeating: "\u{301}", count: 5_000)
        #expect(splitter.split(marks).allSatisfy { $0.utf16.count <= 2_000 })
    }

    /// Random Markdown: no word is lost, doubled or moved, every message fits, every block is closed.
    @Test(arguments: 1...24) func `nothing is lost, doubled or left open, whatever is written`(seed: UInt64) {
        var dice = SplitMix64(seed: seed)
        let parts = [
            "word", "**bold words**", "`code`", "[link](https://example.org/a)", "\n", "\n\n", "\n- item ", "\n1. one ", "\n## head\n",
            "\n```js\n",
            "\n```\n", "longer-word-with-more", "😀", "end. ", "\n    indented", " ", " ", " ", "~~gone~~", "||spoiler||", "\n> said ",
            "```", "*",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 100...3_000, using: &dice) {
            text += parts.randomElement(using: &dice)! + (Bool.random(using: &dice) ? " " : "")
        }
        let pieces = splitter.split(text)
        #expect(pieces.allSatisfy { $0.utf16.count <= 2_000 && !$0.allSatisfy(\.isWhitespace) })
        // But for the fences that were added at the seams, all that was written is there, in order.
        var seen = ""
        var fence: String?
        for piece in pieces {
            var body = Substring(piece)
            if let fence { #expect(body.hasPrefix(fence + "\n")); body = body.dropFirst(fence.count + 1) }
            let open = Fences.open(after: body, from: fence)
            #expect(open == nil)
            seen += body
            if body.hasSuffix("\n```"), !text.filter({ !$0.isWhitespace }).hasPrefix(seen.filter { !$0.isWhitespace }) {
                seen.removeLast(3)
                fence = Fences.open(after: body.dropLast(4), from: fence)
            } else {
                fence = nil
            }
        }
        let (left, right) = (seen.filter { !$0.isWhitespace }, text.filter { !$0.isWhitespace })
        #expect(left == right || left == right + "```")
    }

    @Test func `while it grows, messages that are full stay as they are`() {
        let text = lines(200) { "Line \($0) of the answer, with some words." }
        let final = splitter.split(text)
        var grown = ""
        for character in text {
            grown.append(character)
            guard character == "\n" else { continue }
            let pieces = splitter.split(grown)
            for (index, piece) in pieces.dropLast().enumerated() { #expect(piece == final[index]) }
        }
    }
}
