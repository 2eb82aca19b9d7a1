public import HummingbirdCore
public import NIOCore

extension HTTPServerBuilder {
    /// HTTP/1.1 for callers who may be slow or gone: a silent connection is closed after 75 s (longer than clients keep theirs for reuse),
    /// and a request that has begun when the server stops is given `grace` to end.
    public static func patient(grace: TimeAmount) -> HTTPServerBuilder {
        .http1(configuration: .init(additionalChannelHandlers: [ShutdownGrace(grace)], idleTimeout: .seconds(75)))
    }
}
