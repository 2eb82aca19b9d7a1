import Inference
import NIOCore
import Support
import Synchronization

/// A text model on a server, behind the port ``TextModel``: OpenAI-compatible or Ollama, asked with patience.
public final class ServerTextModel: TextModel {
    /// How the server is spoken to.
    public enum Engine: String, Sendable, CaseIterable {
        case openai, ollama
    }

    private let named: TextModelCard
    /// What the owner said about the model; the rest is asked of the server, once.
    private let told: ChatAbilities
    private let found = Mutex<ChatAbilities?>(nil)
    private let api: any ChatAPI
    private let client: ServerClient
    private let patience: Patience
    private let clock: any WallClock

    /// Tokens that a conversation may have where neither owner nor server say it.
    private static let usualContext = 4_096
    /// A window longer than this costs more memory than chats need, unless the owner wants it.
    private static let longestUsualContext = 32_768

    /// - Parameters:
    ///   - name: what users see and pick.
    ///   - model: the server's own name for it.
    ///   - contextTokens: nil: as the server says.
    ///   - seesImages: nil: as the server says, or as it takes a tiny picture.
    ///   - jitter: draws a number in 0…1.
    public init(
        name: String, summary: String, engine: Engine, model: String?, client: ServerClient, contextTokens: Int? = nil,
        seesImages: Bool? = nil, defaults: TextOptions = TextOptions(), clock: any WallClock, jitter: @escaping @Sendable () -> Double
    ) {
        named = TextModelCard(name: name, summary: summary, contextTokens: Self.usualContext, defaults: defaults)
        told = ChatAbilities(contextTokens: contextTokens, seesImages: seesImages)
        switch engine {
        case .openai:
            api = OpenAIChat(model: model)
            self.client = client.moved(to: client.address.below("/v1"))
        case .ollama:
            api = OllamaChat(model: model ?? name)
            self.client = client
        }
        patience = Patience(clock: clock, jitter: jitter)
        self.clock = clock
    }

    /// As the owner and, once it was asked, the server describe the model.
    public var card: TextModelCard {
        let found = found.withLock { $0 }
        var card = named
        card.contextTokens =
            told.contextTokens ?? found?.contextTokens.map { min(max($0, 128), Self.longestUsualContext) } ?? Self.usualContext
        card.seesImages = told.seesImages ?? found?.seesImages ?? false
        return card
    }

    public var address: ServerAddress { client.address }

    /// Asks the server what the model can do, unless that is known: what ``card`` says is true afterwards.
    ///
    /// - Throws: ``ModelError`` when the server does not answer.
    public func warmUp() async throws {
        if found.withLock({ $0 != nil }) { return }
        let abilities = try await api.abilities(client, askingSight: told.seesImages == nil)
        found.withLock { $0 = abilities }
    }

    public func countTokens(_ messages: [ChatMessage]) async throws -> Int {
        try? await warmUp()
        return (try? await api.countTokens(messages, client)) ?? TokenEstimate.tokens(messages)
    }

    public func stream(_ request: TextRequest) -> AsyncThrowingStream<TextEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await self.write(request) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func write(_ request: TextRequest, _ tell: @escaping @Sendable (TextEvent) -> Void) async throws {
        var request = request
        request.options = request.options.filled(from: named.defaults)
        try? await warmUp()
        guard card.seesImages || request.messages.allSatisfy(\.images.isEmpty) else {
            throw ModelError(.invalidRequest, model: named.name, details: "it does not see pictures")
        }
        let wasHeard = Atomic(false)
        try await patience.attempt(while: { !wasHeard.load(ordering: .relaxed) }) {
            try await self.ask(request) { event in
                wasHeard.store(true, ordering: .relaxed)
                tell(event)
            }
        }
    }

    /// Asks once; differently again where the server refuses something that it can do without.
    private func ask(_ request: TextRequest, _ tell: @escaping @Sendable (TextEvent) -> Void) async throws {
        while true {
            let call = try api.call(request, contextTokens: card.contextTokens)
            let streamed = try await client.stream(call, into: api.reader(for: request)) { reader, piece in
                try reader.feed(Array(piece.readableBytesView), tell)
                return reader.isComplete ? .ending : .more
            }
            switch streamed {
            case .refused(let failure) where api.learn(from: failure): continue
            case .refused(let failure): throw client.error(failure, call)
            case .read(var reader):
                do { try reader.finish(tell) } catch { throw client.told(error, call) }
                return
            }
        }
    }
}
