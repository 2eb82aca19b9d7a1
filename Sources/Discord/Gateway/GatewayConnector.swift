import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// Opens WebSockets to gateways: TCP, TLS where the address asks for it, the upgrade, each within a span of time.
///
/// A network that loses everything without a word is found out by the system after ten seconds; a missing heartbeat would show
/// it only after forty to eighty.
public final class GatewayConnector: Sendable {
    /// Bounds on what one connection may make us hold.
    public struct Limits: Sendable, Hashable {
        /// Of one message as it came, bytes.
        public var maxMessageBytes = 1 << 24
        /// Of one message inflated, bytes.
        public var maxInflatedBytes = 1 << 26

        public init() {}
    }

    private let group: any EventLoopGroup
    private let limits: Limits
    private let timeout: TimeAmount
    private let tlsConfiguration: TLSConfiguration
    /// Made once: reading the system's certificates takes a while.
    private let tls = Mutex<NIOSSLContext?>(nil)

    /// - Parameter timeout: for connecting, and again for the TLS handshake and the upgrade together.
    public init(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, tls: TLSConfiguration = .makeClientConfiguration(),
        limits: Limits = Limits(), timeout: TimeAmount = .seconds(10)
    ) {
        self.group = group
        self.limits = limits
        self.timeout = timeout
        tlsConfiguration = tls
    }

    /// - Parameter attempt: cancelled by its owner when the connection is no longer wanted.
    func open(
        _ address: GatewayAddress, compression: GatewayAddress.Compression, attempt: GatewayConnectionAttempt
    ) async throws -> GatewayConnection {
        let tls = address.isSecure ? try context() : nil
        let limits = limits
        let upgraded = try await ClientBootstrap(group: group)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 4)
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 2)
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
            .channelOption(.tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), value: 10_000)
            .connect(host: address.host, port: address.port) { channel in
                attempt.adopt(channel)
                return channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: address.isNumeric ? nil : address.host)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try Self.configureUpgrade(channel, address: address, compression: compression, limits: limits)
                }
            }
        let late = upgraded.eventLoop.scheduleTask(in: timeout) { attempt.cancel() }
        defer { late.cancel() }
        return try await upgraded.get()
    }

    private func context() throws -> NIOSSLContext {
        try tls.withLock { tls in
            if let tls { return tls }
            let made = try NIOSSLContext(configuration: tlsConfiguration)
            tls = made
            return made
        }
    }

    private static func configureUpgrade(
        _ channel: any Channel, address: GatewayAddress, compression: GatewayAddress.Compression, limits: Limits
    ) throws -> EventLoopFuture<GatewayConnection> {
        let upgrader = NIOTypedWebSocketClientUpgrader<GatewayConnection>(maxFrameSize: limits.maxMessageBytes) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1_024, maxAccumulatedFrameSize: limits.maxMessageBytes))
                return GatewayConnection(channel: channel, frames: try GatewayFrameHandler.add(to: channel, limits: limits))
            }
        }
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: address.hostHeader)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.upgradeTarget(compression), headers: headers)
        let upgrade = NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
            channel.close().flatMapThrowing { throw GatewayError(.upgradeRefused, detail: address.description) }
        }
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: upgrade)
        // HELLO may come in the same segment as the 101; the default would drop it.
        configuration.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: configuration)
    }
}

/// A connection that is being opened, so that it can be given up from elsewhere.
final class GatewayConnectionAttempt: Sendable {
    private let state = Mutex<(channels: [any Channel], isCancelled: Bool)>(([], false))

    /// A host may have several addresses; each one tried is a channel.
    func adopt(_ channel: any Channel) {
        let isCancelled = state.withLock { state in
            state.channels.append(channel)
            return state.isCancelled
        }
        if isCancelled { channel.close(promise: nil) }
    }

    /// Closes what has been opened and whatever would still be.
    func cancel() {
        let channels = state.withLock { state in
            state.isCancelled = true
            return state.channels
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
