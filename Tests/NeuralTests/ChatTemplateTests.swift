// Templates are read as Jinja reads them. The texts beside the templates are what jinja2 makes of them with the settings of
// `transformers` (Training/parity/make_template_fixtures.py).
import Foundation
import Testing

@testable import Neural

@Suite("Conversations are written down as the model's template says")
struct ChatTemplateTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let template: String
        let start: String
        let end: String
        let messages: [[String]]
        /// nil: the template refuses.
        let text: String?

        var testDescription: String { name }
    }

    static let cases: [Case] = {
        guard let url = Bundle.module.resourceURL?.appendingPathComponent("Fixtures/templates.json"), let data = try? Data(contentsOf: url)
        else { return [] }
        return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
    }()

    @Test("the cases are there") func present() { #expect(Self.cases.count > 20) }

    @Test("as jinja2 writes it", arguments: cases) func parity(one: Case) throws {
        let turns = one.messages.map { ChatTurn(role: $0[0], content: $0[1]) }
        let template = try ChatTemplate(one.template)
        if let text = one.text {
            #expect(try template.render(turns, start: one.start, end: one.end) == text)
        } else {
            #expect(throws: ChatLayoutError.self) { try template.render(turns, start: one.start, end: one.end) }
        }
    }

    @Test(
        "a template that means harm ends with an error",
        arguments: [
            "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% set ns = namespace(x='xxxxxxxxxx') %}{% for a in range(99999) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
            String(repeating: "(", count: 100_000), "{{ " + String(repeating: "(", count: 100_000),
            "{{ " + String(repeating: "1 + ", count: 100_000) + "1 }}", String(repeating: "{% if 1 %}", count: 10_000),
            "{% set ns = namespace(x=[1]) %}{% for a in range(999) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == [ns.x] }}{{ 1 + 'a' }}",
            "{{ 9223372036854775807 + 1 }}", "{{ -(-9223372036854775807 - 1) }}", "{{ 'a'[::0] }}", "{{ range(0, 1, 0) }}", "{{ 1 // 0 }}",
            "{{ open('/etc/passwd') }}", "{% include 'x' %}", "{{", "{% if %}", "{#", "{{ 'a }}", "{{ a | nothing }}", "{{ messages.x() }}",
        ])
    func hostile(text: String) {
        let result = Result { try ChatTemplate(text).render([ChatTurn(role: "user", content: "hi")], start: nil, end: nil) }
        if case .success(let text) = result { #expect(text.hasPrefix("(((")) }
    }

    @Test("a template that wants strict turns gets them") func strict() throws {
        let template = """
            {{ bos_token }}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('turns') }}{% endif %}\
            [{{ m['content'] }}]{% endfor %}
            """
        let layout = try ChatLayout(template: template, file: "x", start: "<s>", end: nil)
        let turns = [("system", "Be brief."), ("user", "Hi"), ("user", "Who am I?"), ("assistant", "Ada"), ("user", "Yes")]
        #expect(try layout.text(turns.map { ChatTurn(role: $0.0, content: $0.1) }) == "<s>[Be brief.\n\nHi\n\nWho am I?][Ada][Yes]")
    }

    @Test("without a template a conversation is a play") func play() throws {
        let layout = try ChatLayout(template: nil, file: "x", start: "<s>", end: nil)
        let turns = [("system", "Be brief."), ("user", "Hi"), ("assistant", "Ada"), ("user", "Yes")]
        #expect(
            try layout.text(turns.map { ChatTurn(role: $0.0, content: $0.1) })
                == "<s>Be brief.\n\nUser: Hi\nAssistant: Ada\nUser: Yes\nAssistant:")
        #expect(layout.stops == ["\nUser:"])
    }
}
