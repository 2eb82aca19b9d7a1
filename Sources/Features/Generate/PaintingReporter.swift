import Inference
import Jobs
import Support

/// Carries progress and unfinished pictures from the model's threads to the queue; only the newest counts.
struct PaintingReporter: Sendable {
    /// A preview takes a decoding and an encoding, and people see no more than this.
    private static let previewInterval: Duration = .milliseconds(1_500)

    let context: any JobContext
    let desk: PictureDesk

    /// Runs the painting and reports until it ends.
    func reporting<Value: Sendable>(
        _ body: (@escaping @Sendable (ImageProgress) -> Void) async throws -> Value
    ) async throws -> Value {
        let (steps, continuation) = AsyncStream<ImageProgress>.makeStream(bufferingPolicy: .bufferingNewest(1))
        async let reported: Void = report(steps)
        defer { continuation.finish() }
        let value = try await body { continuation.yield($0) }
        continuation.finish()
        await reported
        return value
    }

    private func report(_ steps: AsyncStream<ImageProgress>) async {
        var previewedAt: Timestamp?
        for await step in steps {
            var preview: OutputFile?
            if let bytes = step.preview, previewedAt.map({ context.now - $0 >= Self.previewInterval }) ?? true {
                previewedAt = context.now
                preview = await desk.preview(bytes)
            }
            await context.report(progress: step.fraction, preview: preview)
        }
    }
}
