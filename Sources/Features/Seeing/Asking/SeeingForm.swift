import DiscordModels
import Memory
import Support

/// The forms of seeing. Pure.
enum SeeingForm {
    static let prompt = "prompt"
    static let task = "task"
    static let answer = "answer"
    static let picture = "picture"

    /// A question about a picture that is known already.
    static func question(customID: String, title: String, prompt text: String?, task name: String) -> Modal {
        Modal(
            customID: customID, title: title,
            components: [
                field(
                    TextInput(
                        customID: prompt, style: .paragraph, label: "What to ask (empty: as the task asks)",
                        maximumLength: TaskLimits.prompt,
                        isRequired: false, value: text, placeholder: "<image>How many are there?")),
                field(
                    TextInput(
                        customID: task, style: .short, label: "Task", maximumLength: TaskLimits.name.upperBound, isRequired: false,
                        value: name)),
            ])
    }

    /// An example for a task.
    ///
    /// - Parameter wantsPicture: whether its picture is to be uploaded in the form.
    static func example(
        customID: String, task name: String?, prompt text: String?, answer said: String?, wantsPicture: Bool
    ) -> Modal {
        var components: [Component] = []
        if wantsPicture { components.append(upload) }
        components += [
            field(
                TextInput(
                    customID: task, style: .short, label: "Task (a new name makes a new one)", minimumLength: 1,
                    maximumLength: TaskLimits.name.upperBound, isRequired: true, value: name, placeholder: "count-apples")),
            field(
                TextInput(
                    customID: answer, style: .paragraph, label: "What should be said about it", minimumLength: 1,
                    maximumLength: TaskLimits.answer, isRequired: true, value: said)),
            field(
                TextInput(
                    customID: prompt, style: .short, label: "What is asked (empty: as the task asks)", maximumLength: TaskLimits.prompt,
                    isRequired: false, value: text)),
        ]
        return Modal(customID: customID, title: "An example", components: components)
    }

    private static func field(_ input: TextInput) -> Component { .actionRow([.textInput(input)]) }

    /// A label around a file upload. Source: https://discord.com/developers/docs/components/reference#file-upload
    private static let upload = Component.other(
        kind: 18,
        .object([
            "type": .integer(18), "label": .string("Picture"), "description": .string("PNG, JPEG, WebP or GIF, up to 10 MB"),
            "component": .object([
                "type": .integer(19), "custom_id": .string(picture), "min_values": .integer(1), "max_values": .integer(1),
                "required": .bool(true),
            ]),
        ]))
}
