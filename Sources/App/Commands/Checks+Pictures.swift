import Foundation
import Inference
import ModelProviders
import Pictures

extension Checks {
    /// What is painted to see whether a model can.
    static var sample: ImageRequest {
        ImageRequest(prompt: "a red circle", count: 1, seed: 1, workID: "doctor-\(UUID().uuidString.lowercased())")
    }

    /// Asks each server of a model what it is, and has it paint.
    static func servers(of model: ServedImageModel) async -> [Finding] {
        var findings: [Finding] = []
        for server in model.pool.servers {
            let check = "model \(model.card.name) at \(server.address)"
            let product: String
            do { product = try await server.look() } catch {
                findings.append(Finding(check: check, isGood: false, detail: words(error)))
                continue
            }
            if model.needsPicture {
                findings.append(Finding(check: check, isGood: true, detail: "\(product); paints from a picture only, so none was painted"))
                continue
            }
            var finding = await painting(check) { try await server.paint(sample) { _ in } }
            finding.detail = "\(product); \(finding.detail)"
            findings.append(finding)
        }
        return findings
    }

    /// Whether a picture comes that is one, and how fast.
    static func painting(_ check: String, _ paint: () async throws -> ImageResult) async -> Finding {
        let start = ContinuousClock.now
        do {
            let result = try await paint()
            let picture = try Picture(decoding: result.images.first ?? [])
            return Finding(
                check: check, isGood: true, detail: "painted \(picture.width)×\(picture.height) pixels in \(seconds(since: start))")
        } catch {
            return Finding(check: check, isGood: false, detail: words(error))
        }
    }
}
