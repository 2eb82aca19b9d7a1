import Discord
import DiscordModels
import Inference
import Memory
import Pictures
import Support

// Looking at tasks: lists, sheets, files, trials.

extension TaskDesk {
    func list(of home: TaskHome) async throws -> String { TaskText.list(try await shelf.tasks(of: home)) }

    func history(_ name: String, of home: TaskHome) async throws -> String {
        TaskText.history(name, try await store.changes(ofTaskNamed: name, of: home, limit: 15))
    }

    /// All examples on one sheet, and in words.
    func show(_ name: String, of home: TaskHome) async throws -> MessageEdit {
        let task = try await shelf.task(named: name, of: home)
        var embed = TaskText.embed(task)
        guard !task.content.examples.isEmpty else { return MessageEdit(embeds: [embed]) }
        let pictures = try await shelf.pictures(task.content.examples.map(\.picture))
        let sheet = try await SeenPicture.onThreads { () throws -> EncodedPicture in
            let numbered = try zip(task.content.examples, pictures).map { ($0.number, try Picture(decoding: $1.bytes)) }
            return try ContactSheet.picture(numbered).encoded(maximumBytes: 4 << 20)
        }
        let filename = "examples.\(sheet.format.fileExtension)"
        embed.image = Embed.Media(url: "attachment://\(filename)")
        let words = task.content.examples.map { "\($0.number): \($0.answer)" }.joined(separator: "; ")
        return MessageEdit(
            embeds: [embed],
            files: [
                FileUpload(
                    filename: filename, contentType: sheet.format.mediaType, bytes: sheet.bytes,
                    description: DisplayText.shortened(words, limit: Limits.fileDescription))
            ])
    }

    /// Asks about each example after the others.
    func test(_ name: String, of home: TaskHome, model: String, as requestID: RequestID, _ address: ReplyAddress, roles: Set<UInt64>)
        async throws
    {
        try await submission.attempt(requestID, address) {
            let task = try await shelf.task(named: name, of: home)
            guard task.content.examples.count >= 2 else { throw TaskProblem("A task needs two examples before it can be tried on them.") }
            let order = SeeingOrder(task, prompt: nil, isInstruction: nil, options: .init(), model: model, reply: address)
            try await submission.submit(order, nil, as: requestID, roles: roles)
        }
    }

    func export(_ name: String, of home: TaskHome) async throws -> MessageEdit {
        let task = try await shelf.task(named: name, of: home)
        let file = try TaskFile(task, pictures: try await shelf.pictures(task.content.examples.map(\.picture)))
        let bytes = try file.encoded()
        guard bytes.count <= Limits.fileBytes else { throw TaskProblem("This task is too large for one file.") }
        return MessageEdit(
            content: "`\(task.name)`, with its pictures. `/task import` makes a task of it, here or on another server.",
            files: [FileUpload(filename: "\(task.name).troupe-task.json", contentType: "application/json", bytes: bytes)])
    }

    func take(_ attachment: Attachment, named name: String?, of home: TaskHome, by actor: TaskActor) async throws -> MessageEdit {
        let bytes = try await finder.attachments.download(attachment, atMost: Limits.fileBytes)
        let file = try TaskFile(decoding: bytes)
        let wanted = name ?? file.name
        try shelf.checkIsOurs(wanted)
        let (content, pictures) = try await file.content(by: actor.person)
        let task = try await store.create(wanted, of: home, content, pictures: pictures, kind: .imported, by: actor, at: clock.now())
        return MessageEdit(content: TaskText.created(task))
    }
}
