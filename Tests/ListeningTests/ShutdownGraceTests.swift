import Listening
import NIOCore
import NIOEmbedded
import Testing

@Suite("A server that is asked to stop")
struct ShutdownGraceTests {
    private let loop = EmbeddedEventLoop()

    private func connection(grace: TimeAmount) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: ShutdownGrace(grace), loop: loop)
        try channel.connect(to: .init(unixDomainSocketPath: "/nowhere")).wait()
        return channel
    }

    @Test("leaves its connections alone until then")
    func untouched() throws {
        let channel = try connection(grace: .seconds(2))
        loop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
    }

    @Test("gives what has begun its grace, and cuts it when that is over")
    func cut() throws {
        let channel = try connection(grace: .seconds(2))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        loop.advanceTime(by: .milliseconds(1_999))
        #expect(channel.isActive)
        loop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test("still tells the rest of the connection, so that one without a request ends at once")
    func passedOn() throws {
        final class Listener: ChannelInboundHandler {
            typealias InboundIn = NIOAny
            var heard = 0
            func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
                if event is ChannelShouldQuiesceEvent { heard += 1 }
            }
        }
        let channel = try connection(grace: .seconds(2))
        let listener = Listener()
        try channel.pipeline.syncOperations.addHandler(listener)
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(listener.heard == 1)
    }

    @Test("leaves nothing behind of a connection that ended by itself")
    func cancelled() throws {
        let channel = try connection(grace: .seconds(2))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        try channel.close().wait()
        loop.advanceTime(by: .seconds(3))
        #expect(throws: Never.self) { try channel.throwIfErrorCaught() }
    }
}
