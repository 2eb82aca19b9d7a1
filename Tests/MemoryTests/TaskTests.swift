import Memory
import PostgresTestServer
import Storage
import Support
import Testing

private let house = TaskHome(rawValue: 3)
private let cay = PersonKey(6006)

@Suite struct `A task` {
    private let owner = TaskActor(person: ada)
    private let guest = TaskActor(person: bob)

    private func picture(_ shade: UInt8) -> TaskPicture { TaskPicture(contentType: "image/png", bytes: [1, 2, shade]) }

    private func bench(_ engine: TestEngine) throws -> (TaskStore, Database, @Sendable (Int64) -> Timestamp) {
        let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
        let database = try TestDatabase(engine).open([TaskSchema.schema], at: start)
        return (TaskStore(database), database, { start + .seconds($0) })
    }

    @Test(arguments: TestEngine.allCases) func `keeps its examples with their pictures, in order and under their numbers`(
        _ engine: TestEngine
    ) async throws {
        let (tasks, _, at) = try bench(engine)
        var content = TaskContent(summary: "Counts", prompt: "<image>How many?")
        content.add(picture: picture(1).digest, prompt: nil, answer: "two", by: ada)
        try await tasks.create("count", of: house, content, pictures: [picture(1)], by: owner, at: at(0))
        let second = picture(2)
        try await tasks.change("count", of: house, .added, pictures: [second], by: owner, at: at(1)) {
            $0.add(picture: second.digest, prompt: "And here?", answer: "five", by: ada)
        }
        try await tasks.change("count", of: house, .exampleRemoved, by: owner, at: at(2)) { try $0.remove(1) }
        try await tasks.change("count", of: house, .added, by: owner, at: at(3)) {
            $0.add(picture: second.digest, prompt: nil, answer: "five again", by: ada)
        }
        let task = try #require(try await tasks.task(named: "count", of: house))
        #expect(task.version == 4 && task.owner == ada)
        #expect(task.content.examples.map(\.number) == [2, 3])
        #expect(task.content.examples.map { $0.prompt(in: task.content) } == ["And here?", "<image>How many?"])
        #expect(try await tasks.pictures(task.content.examples.map(\.picture)) == [second.digest: second])
        #expect(try await tasks.tasks(of: house).map(\.name) == ["count"])
        #expect(try await tasks.tasks(of: TaskHome(rawValue: 4)).isEmpty)
    }

    @Test(arguments: TestEngine.allCases) func `is changed by its owner, its managers and who manages the guild, and nobody else`(
        _ engine: TestEngine
    ) async throws {
        let (tasks, _, at) = try bench(engine)
        try await tasks.create("mine", of: house, TaskContent(), by: owner, at: at(0))
        let edit: @Sendable (inout TaskContent) -> Void = { $0.summary = "edited" }
        let role = RoleKey(77)
        let helper = TaskActor(person: cay, roles: [role])
        for stranger in [guest, helper] {
            await #expect(throws: TaskRefusal.notAllowed("mine")) {
                try await tasks.change("mine", of: house, .edited, by: stranger, at: at(1), edit)
            }
        }
        try await tasks.change("mine", of: house, .shared, by: owner, at: at(2)) { content in
            content.managers = [bob]
            content.managingRoles = [role]
        }
        for manager in [guest, helper] { try await tasks.change("mine", of: house, .edited, by: manager, at: at(3), edit) }
        await #expect(throws: TaskRefusal.onlyOwner("mine")) {
            try await tasks.change("mine", of: house, .shared, by: guest, at: at(4)) { $0.managers = [] }
        }
        await #expect(throws: TaskRefusal.onlyOwner("mine")) { try await tasks.remove("mine", of: house, by: helper, at: at(4)) }
        try await tasks.remove("mine", of: house, by: TaskActor(person: cay, managesGuild: true), at: at(5))
        #expect(try await tasks.task(named: "mine", of: house) == nil)
    }

    @Test(arguments: TestEngine.allCases) func `is gone back on, change by change, and every step is told`(_ engine: TestEngine)
        async throws
    {
        let (tasks, _, at) = try bench(engine)
        try await tasks.create("t", of: house, TaskContent(summary: "1"), by: owner, at: at(1))
        for step in 2...3 {
            try await tasks.change("t", of: house, .edited, by: owner, at: at(Int64(step))) { $0.summary = "\(step)" }
        }
        #expect(try await tasks.undo("t", of: house, by: owner, at: at(4)).task.content.summary == "2")
        let (task, undone) = try await tasks.undo("t", of: house, by: owner, at: at(5))
        #expect(task.content.summary == "1" && undone.version == 2)
        await #expect(throws: TaskRefusal.nothingToUndo) { try await tasks.undo("t", of: house, by: owner, at: at(6)) }
        try await tasks.change("t", of: house, .edited, by: owner, at: at(7)) { $0.summary = "new" }
        #expect(try await tasks.undo("t", of: house, by: owner, at: at(8)).task.content.summary == "1")
        let told = try await tasks.changes(ofTaskNamed: "t", of: house, limit: 10)
        #expect(told.map(\.kind) == [.undone, .edited, .undone, .undone, .edited, .edited, .created])
        #expect(told.map(\.restores) == [1, nil, 1, 2, nil, nil, nil])
        #expect(told.allSatisfy { $0.person == ada })
    }

    @Test(arguments: TestEngine.allCases) func `that was removed comes back, unless its name is taken or a month has passed`(
        _ engine: TestEngine
    ) async throws {
        let (tasks, _, at) = try bench(engine)
        var content = TaskContent()
        content.add(picture: picture(1).digest, prompt: nil, answer: "a", by: ada)
        try await tasks.create("t", of: house, content, pictures: [picture(1)], by: owner, at: at(0))
        try await tasks.remove("t", of: house, by: owner, at: at(1))
        let back = try await tasks.undo("t", of: house, by: owner, at: at(2)).task
        #expect(back.content == content && back.version == 3)
        try await tasks.remove("t", of: house, by: owner, at: at(3))
        try await tasks.create("t", of: house, TaskContent(summary: "another"), by: guest, at: at(4))
        await #expect(throws: TaskRefusal.nothingToUndo) { try await tasks.undo("t", of: house, by: guest, at: at(5)) }
        let month = Int64(TaskLimits.daysRemoved) * 86_400
        try await tasks.create("later", of: house, TaskContent(), by: guest, at: at(4 + month))
        #expect(try await tasks.pictures([picture(1).digest]).isEmpty)
    }

    @Test(arguments: TestEngine.allCases) func `is bounded, and says so in sentences`(_ engine: TestEngine) async throws {
        let (tasks, _, at) = try bench(engine)
        for name in ["", "Big", "with space", "ä", String(repeating: "x", count: 33)] {
            await #expect(throws: TaskRefusal.badName) { try await tasks.create(name, of: house, TaskContent(), by: owner, at: at(0)) }
        }
        try await tasks.create("t", of: house, TaskContent(), by: owner, at: at(0))
        await #expect(throws: TaskRefusal.exists("t")) { try await tasks.create("t", of: house, TaskContent(), by: guest, at: at(0)) }
        let shade = picture(1)
        await #expect(throws: TaskRefusal.tooManyExamples) {
            try await tasks.change("t", of: house, .added, pictures: [shade], by: owner, at: at(1)) {
                for _ in 0..<17 { $0.add(picture: shade.digest, prompt: nil, answer: "a", by: nil) }
            }
        }
        await #expect(throws: TaskRefusal.noAnswer) {
            try await tasks.change("t", of: house, .added, pictures: [shade], by: owner, at: at(1)) {
                $0.add(picture: shade.digest, prompt: nil, answer: "", by: nil)
            }
        }
        await #expect(throws: TaskRefusal.tooLong("prompt", length: 501, limit: 500)) {
            try await tasks.change("t", of: house, .edited, by: owner, at: at(1)) { $0.prompt = String(repeating: "x", count: 501) }
        }
        let large = TaskPicture(contentType: "image/png", bytes: [UInt8](repeating: 1, count: TaskLimits.pictureBytes + 1))
        await #expect(throws: TaskRefusal.pictureTooLarge) {
            try await tasks.change("t", of: house, .added, pictures: [large], by: owner, at: at(1)) {
                $0.add(picture: large.digest, prompt: nil, answer: "a", by: nil)
            }
        }
        #expect(try await tasks.task(named: "t", of: house)?.version == 1)
        #expect(try await tasks.pictures([shade.digest]).isEmpty)
        for number in 1..<TaskLimits.tasks { try await tasks.create("t\(number)", of: house, TaskContent(), by: owner, at: at(0)) }
        await #expect(throws: TaskRefusal.tooManyTasks) { try await tasks.create("more", of: house, TaskContent(), by: owner, at: at(0)) }
    }

    @Test(arguments: TestEngine.allCases) func `keeps so many versions, and no picture that none of them names`(_ engine: TestEngine)
        async throws
    {
        let (tasks, _, at) = try bench(engine)
        var content = TaskContent()
        content.add(picture: picture(1).digest, prompt: nil, answer: "a", by: ada)
        try await tasks.create("t", of: house, content, pictures: [picture(1)], by: owner, at: at(0))
        try await tasks.change("t", of: house, .exampleRemoved, by: owner, at: at(1)) { try $0.remove(1) }
        #expect(try await tasks.pictures([picture(1).digest]).count == 1)
        for step in 0..<TaskLimits.versions {
            try await tasks.change("t", of: house, .edited, by: owner, at: at(2)) { $0.summary = "\(step)" }
        }
        #expect(try await tasks.pictures([picture(1).digest]).isEmpty)
        #expect(try await tasks.changes(ofTaskNamed: "t", of: house, limit: 100).count == TaskLimits.versions)
    }

    @Test(arguments: TestEngine.allCases) func `loses nothing when many add to it at once`(_ engine: TestEngine) async throws {
        let (tasks, _, at) = try bench(engine)
        try await tasks.create("t", of: house, TaskContent(), by: owner, at: at(0))
        let shade = picture(1)
        let actor = owner
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    try await tasks.change("t", of: house, .added, pictures: [shade], by: actor, at: at(1)) {
                        $0.add(picture: shade.digest, prompt: nil, answer: "\(number)", by: nil)
                    }
                }
            }
            try await group.waitForAll()
        }
        let task = try #require(try await tasks.task(named: "t", of: house))
        #expect(task.version == 13 && task.content.examples.map(\.number) == Array(1...12))
        #expect(Set(task.content.examples.map(\.answer)).count == 12)
    }

    @Test(arguments: TestEngine.allCases) func `is changed once by a request, however often it is repeated`(_ engine: TestEngine)
        async throws
    {
        let (tasks, _, at) = try bench(engine)
        func actor(_ request: UInt64) -> TaskActor { TaskActor(person: ada, request: RequestID(request)) }
        let shade = picture(1)
        for _ in 0..<2 { try await tasks.create("t", of: house, TaskContent(), by: actor(1), at: at(0)) }
        for _ in 0..<2 {
            try await tasks.change("t", of: house, .added, pictures: [shade], by: actor(2), at: at(1)) {
                $0.add(picture: shade.digest, prompt: nil, answer: "a", by: nil)
            }
        }
        #expect(try await tasks.task(named: "t", of: house)?.content.examples.count == 1)
        for _ in 0..<2 { #expect(try await tasks.undo("t", of: house, by: actor(3), at: at(2)).task.content.examples.isEmpty) }
        for _ in 0..<2 { try await tasks.remove("t", of: house, by: actor(4), at: at(3)) }
        #expect(try await tasks.changes(ofTaskNamed: "t", of: house, limit: 9).map(\.kind) == [.removed, .undone, .added, .created])
    }

    @Test(arguments: TestEngine.allCases) func `forgets a person, and what was theirs alone is gone`(_ engine: TestEngine) async throws {
        let (tasks, database, at) = try bench(engine)
        let own = TaskHome(guild: nil, person: ada)
        try await tasks.create("private", of: own, TaskContent(), by: owner, at: at(0))
        let shade = picture(1)
        try await tasks.create("ours", of: house, TaskContent(), by: guest, at: at(0))
        try await tasks.change("ours", of: house, .shared, by: guest, at: at(1)) { $0.managers = [ada] }
        try await tasks.change("ours", of: house, .added, pictures: [shade], by: owner, at: at(2)) {
            $0.add(picture: shade.digest, prompt: nil, answer: "a", by: ada)
        }
        try await tasks.keepDraft(9, ["draft"], by: ada, at: at(3))
        try await tasks.erase(ada)
        #expect(try await tasks.tasks(of: own).isEmpty)
        #expect(try await tasks.draft(9, by: ada, as: [String].self) == nil)
        let ours = try #require(try await tasks.task(named: "ours", of: house))
        #expect(ours.content.managers.isEmpty && ours.content.examples.map(\.addedBy) == [nil] && ours.content.examples[0].answer == "a")
        #expect(try await tasks.changes(ofTaskNamed: "ours", of: house, limit: 9).map(\.person) == [nil, bob, bob])
        let left = try await database.read { tx in
            try tx.value(Int.self, sql: "SELECT COUNT(*) FROM task_versions WHERE body LIKE ? OR person = ?", "%\"\(ada)\"%", ada)
        }
        #expect(left == 0)
    }

    @Test(arguments: TestEngine.allCases) func `remembers for a form what only its opener was shown, for a day`(_ engine: TestEngine)
        async throws
    {
        let (tasks, _, at) = try bench(engine)
        try await tasks.keepDraft(9, ["a"], by: ada, at: at(0))
        try await tasks.keepDraft(9, ["b"], by: ada, at: at(1))
        #expect(try await tasks.draft(9, by: ada) == ["a"])
        #expect(try await tasks.draft(9, by: bob, as: [String].self) == nil)
        try await tasks.keepDraft(10, ["c"], by: bob, at: at(86_402))
        #expect(try await tasks.draft(9, by: ada, as: [String].self) == nil)
    }
}
