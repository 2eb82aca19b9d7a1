import Credits
import DiscordModels
import Inference
import Support

/// The form in which a request is edited: what was asked stands in its fields. Pure.
enum GenerateForm {
    private enum Field: String {
        case prompt, negative, size, count, seed, strength
    }

    /// - Parameters:
    ///   - customID: sealed; says which request it is about.
    ///   - card: of the order's model; fields that it cannot follow are left out.
    ///   - cost: of as many pictures as before; nil where it is free.
    static func editing(_ order: GenerateOrder, card: ImageModelCard?, cost: CreditAmount? = nil, customID: String) -> Modal {
        var fields = [prompt(order.prompt)]
        let abilities = card?.abilities ?? .init()
        if abilities.negativePrompt {
            fields.append(
                field(
                    .negative, "What should not be there", order.negativePrompt, style: .paragraph,
                    limit: GenerateCommand.promptLength.upperBound))
        }
        if !abilities.sizes.isEmpty {
            fields.append(field(.size, "Size: 768x512, 3:2, square, portrait, wide", order.size?.description, limit: 20))
        }
        fields.append(field(.count, "How many pictures, 1 to 9", String(order.count), limit: 1))
        fields.append(field(.seed, "Seed; empty: another one", nil, limit: 16))
        return Modal(customID: customID, title: title("Edit and paint again", cost), components: Array(fields.prefix(Limits.modalRows)))
    }

    /// For a picture that was found somewhere.
    static func startingFrom(prompt text: String?, cost: CreditAmount? = nil, customID: String) -> Modal {
        Modal(
            customID: customID, title: title("Paint from this picture", cost),
            components: [
                prompt(text ?? ""), field(.strength, "How much may change, from 0 to 1", "0.6", limit: 5),
                field(.count, "How many pictures, 1 to 9", nil, limit: 1),
            ])
    }

    /// What a form said, filled in: nil for what was left empty.
    struct Answers: Sendable, Hashable {
        var prompt: String
        var negativePrompt: String?
        var size: SizeWish?
        var count: Int?
        var seed: UInt64?
        var strength: Double?
    }

    static func read(_ data: InteractionData?) throws(Refusal) -> Answers {
        var values: [String: String] = [:]
        for case .textInput(let input) in (data?.components ?? []).flatMap(\.flattened) { values[input.customID] = input.value }
        func value(_ field: Field) -> String? { values[field.rawValue].map(DisplayText.oneLine).flatMap { $0.isEmpty ? nil : $0 } }
        func number(_ field: Field) -> JSONValue? { value(field).map { text in Int64(text).map(JSONValue.integer) ?? .string(text) } }
        var answers = Answers(prompt: try GenerateCommand.prompt(values[Field.prompt.rawValue] ?? ""))
        answers.negativePrompt = try GenerateCommand.negative(value(.negative))
        answers.size = try GenerateCommand.size(value(.size))
        answers.count = try GenerateCommand.count(number(.count))
        answers.seed = try GenerateCommand.seed(number(.seed))
        if let text = value(.strength) {
            guard let strength = Double(text.replacing(",", with: ".")), (0...1).contains(strength) else {
                throw Refusal("The strength must be a number from 0 to 1.")
            }
            answers.strength = strength
        }
        return answers
    }

    private static func title(_ words: String, _ cost: CreditAmount?) -> String {
        DisplayText.shortened(CreditsText.priced(words, cost), limit: Limits.modalTitle)
    }

    private static func prompt(_ text: String) -> Component {
        row(
            TextInput(
                customID: Field.prompt.rawValue, style: .paragraph, label: "What to paint", minimumLength: 1,
                maximumLength: GenerateCommand.promptLength.upperBound, isRequired: true, value: text.isEmpty ? nil : text))
    }

    private static func field(_ field: Field, _ label: String, _ value: String?, style: TextInput.Style = .short, limit: Int) -> Component {
        row(TextInput(customID: field.rawValue, style: style, label: label, maximumLength: limit, isRequired: false, value: value))
    }

    private static func row(_ input: TextInput) -> Component { .actionRow([.textInput(input)]) }
}
