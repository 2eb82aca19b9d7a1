import Inference
import Testing

@testable import ModelProviders

@Suite("Thoughts told apart from answers")
struct ReasoningSplitterTests {
    private static let texts: [(text: String, answer: String, reasoning: String)] = [
        ("Just an answer.", "Just an answer.", ""),
        ("<think>hm</think>Yes", "Yes", "hm"),
        ("\n <think>\nhm\n</think>\n\nYes", "Yes", "\nhm\n"),
        ("<thinking>a < b </thin</thinking> Yes", "Yes", "a < b </thin"),
        ("<think></think>Yes", "Yes", ""),
        ("<think>never closed", "", "never closed"),
        ("<think>cut </thi", "", "cut </thi"),
        ("<thin", "<thin", ""),
        ("<b>bold</b>", "<b>bold</b>", ""),
        ("Say <think>this</think>.", "Say <think>this</think>.", ""),
        ("<think>hm</think>", "", "hm"),
        ("<think>hm</think>Yes <think>no</think>", "Yes <think>no</think>", "hm"),
        (" indented", " indented", ""),
        ("", "", ""),
    ]

    @Test("Tags at the start mark thoughts, wherever the text is split", arguments: texts)
    func splits(text: String, answer: String, reasoning: String) {
        let characters = Array(text)
        for cut in 0...characters.count {
            var splitter = ReasoningSplitter()
            let events = splitter.feed(String(characters[..<cut])) + splitter.feed(String(characters[cut...])) + splitter.finish()
            var told = (answer: "", reasoning: "")
            for event in events {
                switch event {
                case .text(let piece): told.answer += piece
                case .reasoning(let piece): told.reasoning += piece
                case .finished: Issue.record("a splitter does not end an answer")
                }
            }
            #expect(told.answer == answer, "cut at \(cut)")
            #expect(told.reasoning == reasoning, "cut at \(cut)")
        }
    }
}
