import Foundation
import OrderedCollections
import Support

/// Saving the whole world, and becoming what was saved.
extension EmulatorCore {
    /// Why a saved state is not taken.
    struct BadState: Error, CustomStringConvertible {
        let description: String
    }

    /// The world as one JSON text.
    /// - Parameter withSessions: whether bots may resume where it is loaded, as after a restart.
    func savedState(withSessions: Bool = false) throws -> [UInt8] {
        let saved = step { state in
            var saved = SavedWorld(state.world, offset: state.offset)
            state.hub.expireSessions(at: state.now)
            if withSessions { saved.sessions = state.hub.savedSessions }
            return saved
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(saved))
    }

    /// Bots are disconnected and must identify again, or may resume; pages read everything anew.
    func load(_ bytes: [UInt8], withSessions: Bool = false) throws {
        let saved: SavedWorld
        do { saved = try JSONDecoder().decode(SavedWorld.self, from: Data(bytes)) } catch {
            throw BadState(description: "This is no saved state of an emulator: \(Self.place(of: error))")
        }
        guard saved.format == SavedWorld.presentFormat else {
            throw BadState(description: "This state has format \(saved.format); this emulator reads \(SavedWorld.presentFormat).")
        }
        startAnew { state in
            // Time never steps back: what was saved at a clock that was ahead goes on there.
            state.offset = max(state.offset, .milliseconds(saved.offsetMilliseconds))
            state.world.now = clock.now() + state.offset
            state.world.restore(saved)
            if withSessions { state.hub.takeUp(saved.sessions ?? [], at: state.world.now) }
        }
    }

    private static func place(of error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context): "\(path(context)) lacks \"\(key.stringValue)\""
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\(path(context)) is of the wrong type"
        case DecodingError.dataCorrupted(let context): "\(path(context)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.isEmpty ? "it" : context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
