import Memory
import PostgresTestServer
import Storage
import Support
import Testing

@Suite struct `The shelf of pictures` {
    private let hour = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    private func shelf(_ engine: TestEngine) throws -> PictureShelf {
        PictureShelf(try TestDatabase(engine).open([PictureShelf.schema], at: hour))
    }

    private func put(_ id: UInt64, _ prompt: String, by person: PersonKey = ada, on shelf: PictureShelf) async throws {
        try await shelf.put(
            ShelvedPicture(
                requestID: RequestID(id), person: person, guild: home, prompt: prompt, model: "pocket", count: 4, thumbnail: [1, 2],
                madeAt: hour))
    }

    private func ids(_ page: ShelfPage) -> [UInt64] { page.pictures.map(\.requestID.rawValue) }

    @Test(arguments: TestEngine.allCases) func `a painting is put there once, and only its owner's pages show it`(_ engine: TestEngine)
        async throws
    {
        let shelf = try shelf(engine)
        try await put(1, "a red circle", on: shelf)
        try await put(1, "something else", on: shelf)
        try await put(2, "a blue square", by: bob, on: shelf)
        #expect(ids(try await shelf.page(of: ada, limit: 9)) == [1])
        #expect(try await shelf.picture(RequestID(1))?.prompt == "a red circle")
        #expect(try await shelf.newest(of: bob)?.requestID == RequestID(2))
        #expect(try await shelf.newest(of: PersonKey(1)) == nil)
    }

    @Test(arguments: TestEngine.allCases) func `pages go back and forth, newest first`(_ engine: TestEngine) async throws {
        let shelf = try shelf(engine)
        for id in UInt64(1)...7 { try await put(id, "picture \(id)", on: shelf) }
        let first = try await shelf.page(of: ada, limit: 3)
        #expect(ids(first) == [7, 6, 5] && first.hasOlder && !first.hasNewer)
        let second = try await shelf.page(of: ada, edge: .olderThan(RequestID(5)), limit: 3)
        #expect(ids(second) == [4, 3, 2] && second.hasOlder && second.hasNewer)
        let last = try await shelf.page(of: ada, edge: .olderThan(RequestID(2)), limit: 3)
        #expect(ids(last) == [1] && !last.hasOlder && last.hasNewer)
        #expect(ids(try await shelf.page(of: ada, edge: .newerThan(RequestID(1)), limit: 3)) == [4, 3, 2])
        let beyond = try await shelf.page(of: ada, edge: .olderThan(RequestID(1)), limit: 3)
        #expect(beyond.pictures.isEmpty && !beyond.hasOlder && !beyond.hasNewer)
    }

    @Test(arguments: TestEngine.allCases) func `a search finds prompts that hold all its words, whatever their case`(_ engine: TestEngine)
        async throws
    {
        let shelf = try shelf(engine)
        try await put(1, "A Red Circle above the sea", on: shelf)
        try await put(2, "a red square", on: shelf)
        try await put(3, "100% wool_hat! Übermut", on: shelf)
        #expect(ids(try await shelf.page(of: ada, words: "RED", limit: 9)) == [2, 1])
        #expect(ids(try await shelf.page(of: ada, words: " sea  red ", limit: 9)) == [1])
        #expect(ids(try await shelf.page(of: ada, words: "übermut", limit: 9)) == [3])
        for exact in ["0%", "l_h", "t!"] { #expect(ids(try await shelf.page(of: ada, words: exact, limit: 9)) == [3]) }
        #expect(try await shelf.page(of: ada, words: "%", edge: .olderThan(RequestID(3)), limit: 9).pictures.isEmpty)
        #expect(try await shelf.page(of: ada, words: "' OR 1=1 --", limit: 9).pictures.isEmpty)
    }

    @Test(arguments: TestEngine.allCases) func `a person's paintings can be taken off, one or all`(_ engine: TestEngine) async throws {
        let shelf = try shelf(engine)
        for id in UInt64(1)...3 { try await put(id, "picture", on: shelf) }
        try await put(4, "picture", by: bob, on: shelf)
        try await shelf.remove([RequestID(2)])
        #expect(try await shelf.all(of: ada).map(\.requestID) == [RequestID(1), RequestID(3)])
        #expect(try await Set(shelf.erase(ada)) == [RequestID(1), RequestID(3)])
        #expect(try await shelf.all(of: ada).isEmpty)
        #expect(try await shelf.all(of: bob).count == 1)
    }
}
