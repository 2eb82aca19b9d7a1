import Foundation
import Inference

/// Prints an answer while it is written: as text, or one line of JSON a piece.
struct AnswerPrinter: Sendable {
    let model: String
    let json: Bool
    let reasoning: Bool

    /// - Returns: what was written, and whether the model came to its end.
    func print(_ events: AsyncThrowingStream<TextEvent, any Error>) async throws -> (answer: String, isComplete: Bool) {
        var answer = ""
        let start = ContinuousClock.now
        do {
            for try await event in events {
                switch event {
                case .text(let piece):
                    answer += piece
                    if json { line(Piece(type: "text", text: piece)) } else { write(piece, to: .standardOutput) }
                case .reasoning(let piece):
                    if json {
                        line(Piece(type: "reasoning", text: piece))
                    } else if reasoning {
                        write(piece, to: .standardError)
                    }
                case .finished(let completion):
                    if json {
                        line(
                            Piece(
                                type: "finished", model: model, finishReason: completion.finishReason, usage: completion.usage,
                                seconds: (ContinuousClock.now - start) / .seconds(1)))
                    }
                    return (answer, true)
                }
            }
        } catch let error as ModelError {
            end()
            throw CommandFailure("\(error.model): \(error.details)")
        } catch is CancellationError {}
        return (answer, false)
    }

    /// The line after an answer.
    func end() {
        if !json { write("\n", to: .standardOutput) }
    }

    private struct Piece: Encodable {
        var type: String
        var text: String?
        var model: String?
        var finishReason: TextCompletion.FinishReason?
        var usage: TextUsage?
        var seconds: Double?
    }

    private func line(_ piece: Piece) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(piece) else { return }
        write(String(decoding: data, as: UTF8.self) + "\n", to: .standardOutput)
    }

    private func write(_ text: String, to file: FileHandle) { try? file.write(contentsOf: Data(text.utf8)) }
}

/// Standard input, read on a thread of its own, so that waiting for a person blocks nobody.
enum StandardInput {
    /// Lines until the end; `prompt` is shown before each on a terminal.
    static func lines(prompt: String) -> AsyncStream<String?> {
        let isTerminal = isatty(STDIN_FILENO) == 1
        return AsyncStream(unfolding: {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    if isTerminal { FileHandle.standardError.write(Data(prompt.utf8)) }
                    continuation.resume(returning: .some(readLine()))
                }
            }
        })
    }
}
