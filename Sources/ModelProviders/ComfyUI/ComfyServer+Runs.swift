import Foundation
import Inference
import Support

/// One run of a workflow.
struct ComfyRun: Sendable {
    var id: String
    let graph: JSONValue
    var ending: ComfyWire.Ending?
    /// It was in neither queue nor history once, and was sent again.
    var wasLost = false
}

extension ComfyServer {
    /// Sends what the server does not have yet.
    ///
    /// - Parameter isRepeatable: an earlier attempt may have sent them.
    func submit(_ runs: inout [ComfyRun], client id: String, isRepeatable: Bool, _ request: ImageRequest) async throws {
        let queue = isRepeatable ? try await queue() : nil
        for index in runs.indices {
            if let queue { try await find(&runs[index], queue, request) }
            guard runs[index].ending == nil, !(queue?.contains(runs[index].id) ?? false) else { continue }
            try await submit(&runs[index], client: id, request)
        }
    }

    /// Whether an earlier attempt's run has ended. One that was interrupted, as when its process was told to stop, is no answer:
    /// its successor has an id of its own.
    private func find(_ run: inout ComfyRun, _ queue: ComfyWire.Queue, _ request: ImageRequest) async throws {
        for _ in 0..<20 where !queue.contains(run.id) {
            run.ending = try await ending(of: run.id)
            guard run.ending == .interrupted else { break }
            run = ComfyRun(id: NamedUUID.text("\(run.id)/again"), graph: run.graph)
        }
        if let ending = run.ending { try check(ending) }
    }

    private func submit(_ run: inout ComfyRun, client id: String, _ request: ImageRequest) async throws {
        let call = try ServerCall.post(
            "/prompt", json: ComfyWire.Submission(prompt: run.graph, prompt_id: run.id, client_id: id), limits: Self.brief,
            personal: [request.prompt, request.negativePrompt].compactMap { $0 })
        let answer = try await client.answer(call)
        guard answer.isSuccess else { throw refusal(answer, call) }
        guard let accepted = try? JSONDecoder().decode(ComfyWire.Accepted.self, from: Data(answer.body)) else {
            throw client.nonsense(call, "no prompt_id; is it ComfyUI?")
        }
        run.id = accepted.prompt_id
    }

    /// A workflow that does not fit the server is the operator's business, not the user's.
    private func refusal(_ answer: ServerAnswer, _ call: ServerCall) -> ModelError {
        var error = client.failure(answer, call)
        guard answer.status == 400 else { return error }
        error.code = .failed
        error.details = "\(address) refuses the workflow"
        if let words = ComfyWire.refusal(answer.body), !PersonalText(call.personal).occurs(in: words) { error.details += ": \(words)" }
        return error
    }

    /// Asks until every run has ended.
    func wait(
        for runs: inout [ComfyRun], _ request: ImageRequest, _ progress: @escaping @Sendable (ImageProgress) -> Void
    ) async throws {
        let start = client.clock.now()
        var silentSince: Timestamp?
        while true {
            let now = client.clock.now()
            guard now - start < Self.patience else {
                throw ModelError(.unavailable, model: client.model, details: "\(address) has not run the workflow within an hour")
            }
            do {
                try await look(at: &runs, request)
                silentSince = nil
            } catch let error as ModelError where error.code == .unavailable {
                silentSince = silentSince ?? now
                guard now - silentSince! < Self.blackout else { throw error }
            }
            let done = runs.count { $0.ending != nil }
            if done == runs.count { return }
            progress(ImageProgress(fraction: Double(done) / Double(runs.count)))
            // Often at first, then less: what takes long may be noticed a little later.
            try await client.clock.sleep(for: max(.milliseconds(20), min(.milliseconds(500), (now - start) / 20)))
        }
    }

    private func look(at runs: inout [ComfyRun], _ request: ImageRequest) async throws {
        // The queue first: what is in neither then was forgotten, and did not move from one to the other in between.
        let queue = try await queue()
        for index in runs.indices where runs[index].ending == nil && !queue.contains(runs[index].id) {
            if let ending = try await ending(of: runs[index].id) {
                runs[index].ending = ending
                try check(ending)
                continue
            }
            guard !runs[index].wasLost else {
                throw ModelError(.unavailable, model: client.model, details: "\(address) forgot the workflow twice; was it restarted?")
            }
            runs[index].wasLost = true
            try await submit(&runs[index], client: runs[index].id, request)
        }
    }

    private func queue() async throws -> ComfyWire.Queue { try await client.json(.get("/queue", limits: Self.brief)) }

    private func ending(of id: String) async throws -> ComfyWire.Ending? {
        ComfyWire.ending(of: id, in: try await client.json(.get("/history/\(id)", limits: Self.brief)))
    }

    /// Throws what a run failed with.
    private func check(_ ending: ComfyWire.Ending) throws(ModelError) {
        switch ending {
        case .painted: return
        case .outOfMemory(let reason): throw ModelError(.outOfMemory, model: client.model, details: "\(address): \(reason)")
        case .failed(let reason): throw ModelError(.failed, model: client.model, details: "\(address) failed in \(reason)")
        case .interrupted: throw ModelError(.failed, model: client.model, details: "somebody interrupted the workflow at \(address)")
        }
    }

    /// Takes back runs that nobody waits for: out of the queue, and where one of them is running, interrupted.
    func withdraw(_ ids: [String]) async {
        guard !ids.isEmpty, let before = try? await queue() else { return }
        let waiting = ids.filter { before.pending.contains($0) }
        if !waiting.isEmpty {
            _ = try? await client.answer(.post("/queue", json: ["delete": waiting], limits: Self.brief))
        }
        // Older servers interrupt whatever runs, so that it must be ours at this moment.
        guard let queue = try? await queue() else { return }
        for id in ids where queue.running.contains(id) {
            _ = try? await client.answer(.post("/interrupt", json: ["prompt_id": id], limits: Self.brief))
        }
    }
}
