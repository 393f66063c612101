import Hummingbird
import NIOCore
import Synchronization

/// A request's context, with the connection that it came by.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Runs work for a client, and cancels it when the client goes away. Throws what `work` throws.
    func whileConnected<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let hangUp = try await channel.pipeline.handler(type: HangUpHandler.self).map { $0.hangUp }.get()
        let task = Task { try await work() }
        hangUp.watch { task.cancel() }
        defer { hangUp.watch(nil) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

/// Whether a client has gone, and what is to be done then; requests of a connection follow one another.
final class HangUp: Sendable {
    private let state = Mutex<(hasHappened: Bool, action: (@Sendable () -> Void)?)>((false, nil))

    /// Calls `action` when the client goes, at once if it has gone; in place of the action before.
    func watch(_ action: (@Sendable () -> Void)?) {
        let isLate = state.withLock { state in
            state.action = action
            return state.hasHappened
        }
        if isLate { action?() }
    }

    fileprivate func happen() {
        let action = state.withLock { state in
            state.hasHappened = true
            return state.action
        }
        action?()
    }
}

/// Tells when the client has closed its end of the connection.
final class HangUpHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    let hangUp = HangUp()

    func handlerRemoved(context: ChannelHandlerContext) { hangUp.happen() }

    func channelInactive(context: ChannelHandlerContext) {
        hangUp.happen()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { hangUp.happen() }
        context.fireUserInboundEventTriggered(event)
    }
}

/// Closes the connection of a client that does not read what it asked for.
final class SlowReaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let patience: TimeAmount
    private var deadline: Scheduled<Void>?

    init(patience: TimeAmount) { self.patience = patience }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        if !context.channel.isWritable {
            let channel = context.channel
            deadline = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }
}
