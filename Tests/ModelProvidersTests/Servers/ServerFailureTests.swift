import Foundation
import Inference
import Support
import Testing

@testable import ModelProviders

@Suite("What a server's refusal means")
struct ServerFailureTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

    private func error(_ status: Int, _ body: String, headers: [String: String] = [:], personal: [String] = []) throws -> ModelError {
        let failure = ServerFailure(answer: ServerAnswer(status: status, headers: headers, body: Array(body.utf8)), at: now)
        var call = ServerCall.get("/x")
        call.personal = personal
        return failure.error(model: "big", address: try ServerAddress("http://models:8000"), call: call)
    }

    @Test(
        "Statuses and codes become the errors that the house knows",
        arguments: [
            (
                400, #"{"error":{"message":"top_k is wrong","type":"invalid_request_error"}}"#, ModelError.Code.invalidRequest,
                "top_k is wrong"
            ),
            (400, #"{"error":{"message":"no","code":"content_policy_violation"}}"#, .refused, "content_policy_violation"),
            (400, #"{"error":{"message":"no","code":"moderation_blocked"}}"#, .refused, "moderation_blocked"),
            (400, #"{"error":{"code":400,"message":"too long","type":"exceed_context_size_error"}}"#, .invalidRequest, "longer than"),
            (401, #"{"error":{"message":"Incorrect API key provided: sk-hidden"}}"#, .failed, "check the key"),
            (404, #"{"error":"model 'x' not found"}"#, .failed, "model 'x' not found"),
            (
                422, #"{"detail":[{"type":"missing","loc":["body","n"],"msg":"Field required","input":{}}]}"#, .invalidRequest,
                "Field required"
            ),
            (429, #"{"error":{"message":"slow"}}"#, .rateLimited, "slow"),
            (429, #"{"error":{"message":"pay","code":"insufficient_quota"}}"#, .failed, "nothing left"),
            (500, #"{"detail":"CUDA out of memory"}"#, .outOfMemory, "out of memory"),
            (503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, .unavailable, "Loading model"),
            (502, "<html>Bad gateway</html>", .unavailable, "502"), (307, "", .failed, "redirects"), (500, "", .failed, "500"),
        ])
    func codes(status: Int, body: String, code: ModelError.Code, says: String) throws {
        let error = try error(status, body)
        #expect(error.code == code)
        #expect(error.details.contains(says), "\(error.details)")
        #expect(!error.details.contains("sk-hidden"))
    }

    @Test(
        "What people wrote is not told, whoever repeats it",
        arguments: ["a very private prompt", "A VERY PRIVATE prompt, cut here", "very private", "Ada 7"])
    func personal(repeated: String) throws {
        let prompt = repeated == "Ada 7" ? "Ada 7" : "Please paint a very private prompt, dear machine"
        let error = try error(400, #"{"error":{"message":"cannot read: \#(repeated)!"}}"#, personal: [prompt])
        #expect(!"\(error)".lowercased().contains(repeated.lowercased().prefix(12)))
    }

    @Test("A message that repeats nothing is told, on one bounded line")
    func message() throws {
        let long = String(repeating: "word\\n ", count: 200)
        let error = try error(400, #"{"error":{"message":"\#(long)"}}"#, personal: ["a very private prompt"])
        #expect(error.details.count < 500)
        #expect(!error.details.contains("\n"))
        #expect(error.details.contains("word word"))
    }

    @Test(
        "A server's wish to be left alone is read in all its forms, and bounded",
        arguments: [
            (["retry-after": "7"], Duration.seconds(7)), (["retry-after": " 1.5 "], .milliseconds(1_500)),
            (["retry-after-ms": "250", "retry-after": "9"], .milliseconds(250)),
            (["retry-after": "Tue, 14 Nov 2023 22:13:50 GMT"], .seconds(30)),
            (["retry-after": "Tue, 14 Nov 2000 22:13:50 GMT"], .zero), (["retry-after": "9e99"], .seconds(3_600)),
            (["retry-after": "-3"], .zero), (["retry-after": "soon"], nil), (["retry-after": "nan"], nil), ([:], nil),
        ] as [([String: String], Duration?)])
    func retryAfter(headers: [String: String], expected: Duration?) {
        #expect(RetryAfter.duration(headers, at: now) == expected)
    }
}
