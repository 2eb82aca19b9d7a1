import Support
import Testing

@testable import Discord

@Suite("Rate limit headers")
struct RateLimitAnswerTests {
    @Test("headers that make no sense are as if they were not there", arguments: ["", "-1", "nan", "1e999", "abc", "0x10"])
    func nonsense(text: String) {
        let answer = RateLimitAnswer(status: 200) { _ in text }
        #expect(answer.limit == nil && answer.remaining == nil)
        #expect(answer.resetAfter == nil)
    }

    @Test("spans are rounded up to milliseconds and bounded by a day")
    func spans() {
        #expect(RateLimitAnswer(status: 200) { ["x-ratelimit-reset-after": "0.0001"][$0] }.resetAfter == .milliseconds(1))
        #expect(RateLimitAnswer(status: 200) { ["x-ratelimit-reset-after": "99999999"][$0] }.resetAfter == .seconds(86_400))
    }

    @Test("of a 429 the body's span counts, then the header's")
    func retryAfter() {
        #expect(
            RateLimitAnswer(status: 429, header: { ["retry-after": "65"][$0] }, body: (64.57, false)).retryAfter == .milliseconds(64_570))
        #expect(RateLimitAnswer(status: 429) { ["retry-after": "65"][$0] }.retryAfter == .seconds(65))
    }

    @Test("who is limited is read from the scope, the global header or the body")
    func scope() {
        #expect(RateLimitAnswer(status: 429, header: { ["x-ratelimit-scope": "shared"][$0] }, body: (1, false)).scope == .shared)
        #expect(RateLimitAnswer(status: 429, header: { ["x-ratelimit-global": "true"][$0] }, body: (1, true)).scope == .global)
        #expect(RateLimitAnswer(status: 429, header: { _ in nil }, body: (1, true)).scope == .global)
        #expect(RateLimitAnswer(status: 429, header: { _ in nil }, body: (1, false)).scope == .user)
    }
}
