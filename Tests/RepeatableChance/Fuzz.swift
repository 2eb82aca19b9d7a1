import Foundation

/// How many damaged things are tried: some tens of thousands in every test run, and as many as `TROUPE_FUZZ_CASES` says with `make fuzz`.
/// All come from seeds, so that a case that fails is found again.
public enum Fuzz {
    private static let total = ProcessInfo.processInfo.environment["TROUPE_FUZZ_CASES"].flatMap { Int($0) } ?? 50_000

    /// This share of all cases.
    public static func cases(percent: Int) -> Int { max(100, total * percent / 100) }

    /// Lets others have the thread now and then: they may be waiting for an answer within three seconds.
    public static func breathe(_ number: Int) async { if number % 32 == 0 { await Task.yield() } }
}
