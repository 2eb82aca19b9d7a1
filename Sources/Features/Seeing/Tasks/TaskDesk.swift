import Discord
import DiscordModels
import Inference
import Jobs
import Memory
import Support

/// Makes, changes and shows tasks for people. Every answer is a sentence; what is refused is told as well.
struct TaskDesk: Sendable {
    let shelf: TaskShelf
    let finder: PictureFinder
    let submission: SeeingSubmission
    let replies: DiscordReplies
    let clock: any WallClock

    var store: TaskStore { shelf.store }

    // MARK: What is asked

    struct NewExample: Sendable {
        var source: PictureSource
        var prompt: String?
        var answer: String
    }

    struct NewTask: Sendable {
        var name: String
        var summary = ""
        var prompt = ""
        var isInstruction = false
        var examples: [NewExample] = []

        init(name: String) { self.name = name }

        init(_ given: GivenOptions) throws(TaskProblem) {
            name = given.text("name") ?? ""
            summary = given.text("summary") ?? ""
            prompt = try ComprehendCommand.prompt(given.text("prompt")) ?? ""
            isInstruction = given.flag("instruction") ?? false
            switch (given.attachment("image"), given.text("answer")) {
            case (nil, nil): break
            case (let image?, let answer?): examples = [NewExample(source: .attachment(image), prompt: nil, answer: answer)]
            default: throw TaskProblem("An example has a picture and an answer: give both, or neither.")
            }
        }
    }

    struct Edit: Sendable {
        var summary: String?
        var prompt: String?
        var isInstruction: Bool?
        var example: Int?
        var answer: String?
        var examplePrompt: String?

        init(_ given: GivenOptions) throws(TaskProblem) {
            summary = given.text("summary")
            prompt = try ComprehendCommand.prompt(given.text("prompt"))
            isInstruction = given.flag("instruction")
            example = try given.integer("example", 1...100_000)
            answer = given.text("answer")
            examplePrompt = try ComprehendCommand.prompt(given.text("example_prompt"))
            guard example != nil || answer == nil && examplePrompt == nil else {
                throw TaskProblem("Which `example`? `/task show` shows their numbers.")
            }
            guard [summary, prompt, answer, examplePrompt].contains(where: { $0 != nil }) || isInstruction != nil else {
                throw TaskProblem("What should be different? Give what is to change.")
            }
        }
    }

    static func source(_ given: GivenOptions) throws(TaskProblem) -> PictureSource? {
        if let image = given.attachment("image") { return .attachment(image) }
        return try given.text("link").map { (link) throws(TaskProblem) in try .message(link, in: given.interaction) }
    }

    // MARK: Changing

    func create(_ wish: NewTask, of home: TaskHome, by actor: TaskActor) async throws -> MessageEdit {
        try shelf.checkIsOurs(wish.name)
        var content = TaskContent(summary: wish.summary, prompt: wish.prompt, isInstruction: wish.isInstruction)
        var pictures: [TaskPicture] = []
        for example in wish.examples {
            let picture = try await picture(example.source)
            pictures.append(picture)
            content.add(picture: picture.digest, prompt: example.prompt, answer: example.answer, by: actor.person)
        }
        let task = try await store.create(wish.name, of: home, content, pictures: pictures, by: actor, at: clock.now())
        return MessageEdit(content: TaskText.created(task))
    }

    /// - Parameter makingNew: whether a task that is not there is made.
    func add(
        _ example: NewExample, to name: String, of home: TaskHome, by actor: TaskActor, makingNew: Bool
    ) async throws -> MessageEdit {
        try shelf.checkIsOurs(name)
        let isThere = try await store.task(named: name, of: home) != nil
        guard isThere || makingNew else { throw TaskRefusal.noSuchTask(name) }
        let picture = try await picture(example.source)
        guard isThere else {
            var content = TaskContent(prompt: example.prompt ?? "")
            content.add(picture: picture.digest, prompt: nil, answer: example.answer, by: actor.person)
            return MessageEdit(
                content: TaskText.created(
                    try await store.create(name, of: home, content, pictures: [picture], by: actor, at: clock.now())))
        }
        let task = try await store.change(name, of: home, .added, pictures: [picture], by: actor, at: clock.now()) {
            $0.add(picture: picture.digest, prompt: example.prompt, answer: example.answer, by: actor.person)
        }
        return MessageEdit(content: TaskText.added(task))
    }

    func edit(_ name: String, of home: TaskHome, _ edit: Edit, by actor: TaskActor) async throws -> MessageEdit {
        try shelf.checkIsOurs(name)
        let task = try await store.change(name, of: home, .edited, by: actor, at: clock.now()) { content in
            if let summary = edit.summary { content.summary = summary }
            if let prompt = edit.prompt { content.prompt = prompt }
            if let isInstruction = edit.isInstruction { content.isInstruction = isInstruction }
            if let number = edit.example {
                try content.edit(number) { example in
                    if let answer = edit.answer { example.answer = answer }
                    if let prompt = edit.examplePrompt { example.prompt = prompt }
                }
            }
        }
        return MessageEdit(content: TaskText.edited(task))
    }

    func remove(_ name: String, example: Int?, of home: TaskHome, by actor: TaskActor) async throws -> MessageEdit {
        try shelf.checkIsOurs(name)
        guard let example else {
            try await store.remove(name, of: home, by: actor, at: clock.now())
            return MessageEdit(content: TaskText.removed(name))
        }
        let task = try await store.change(name, of: home, .exampleRemoved, by: actor, at: clock.now()) { try $0.remove(example) }
        return MessageEdit(content: TaskText.exampleRemoved(example, task))
    }

    func share(
        _ name: String, of home: TaskHome, with whom: GivenOptions.Mentioned, stop: Bool, by actor: TaskActor
    ) async throws -> MessageEdit {
        try shelf.checkIsOurs(name)
        let task = try await store.change(name, of: home, .shared, by: actor, at: clock.now()) { content in
            switch whom {
            case .person(let person):
                content.managers.removeAll { $0 == person }
                if !stop { content.managers.append(person) }
            case .role(let role):
                content.managingRoles.removeAll { $0 == role }
                if !stop { content.managingRoles.append(role) }
            }
        }
        return MessageEdit(content: TaskText.shared(task, whom, stop: stop))
    }

    func undo(_ name: String, of home: TaskHome, by actor: TaskActor) async throws -> MessageEdit {
        let (task, undone) = try await store.undo(name, of: home, by: actor, at: clock.now())
        return MessageEdit(content: TaskText.undone(task, undone))
    }

    private func picture(_ source: PictureSource) async throws -> TaskPicture {
        if case .job = source { return try await SeenPicture.example(try await finder.picture(source).bytes) }
        return try await SeenPicture.fetchExample(try await finder.attachment(source), by: finder.attachments)
    }

    // MARK: Answering

    /// For the person alone, once it is done.
    func whispering(_ body: @escaping @Sendable () async throws -> MessageEdit) -> Reaction { answering(ephemeral: true, body) }

    /// For everybody.
    func showing(_ body: @escaping @Sendable () async throws -> MessageEdit) -> Reaction { answering(ephemeral: false, body) }

    private func answering(ephemeral: Bool, _ body: @escaping @Sendable () async throws -> MessageEdit) -> Reaction {
        Reaction(response: .deferredMessage(ephemeral: ephemeral)) { address in
            var edit: MessageEdit
            do { edit = try await body() } catch let error as any UserFacingError { edit = MessageEdit(content: error.userMessage) }
            edit.content = edit.content.map { DisplayText.shortened($0, limit: Limits.content) }
            guard address.hasToken(at: clock.now()) else { return }
            try await replies.edit(address, edit)
        }
    }
}
