import FilesOnDisk
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SoundBridge
import Synchronization
import UnixSignals

/// An HTTP server over models: a page to draw sounds with, and the API behind it.
///
/// Requests of several clients are drawn together where they are alike; the pictures are those of the command line, byte for
/// byte. Nothing that a request names is read from or written to the machine's disk, and nothing that it holds is logged.
public final class PictureServer: Service {
    private let settings: ServerSettings
    private let studio: Studio
    private let metrics = ServerMetrics()
    private let isClosing = ClosingFlag()
    private let onListening: @Sendable (_ address: String) -> Void

    /// Takes the models that can be chosen, the default first; none is loaded yet.
    ///
    /// - Parameters:
    ///   - settings: The server's settings.
    ///   - models: Names that requests call models by, at least one.
    ///   - open: Opens a model by its name; only called with one of the names.
    ///   - onListening: Called when requests can come, with the page's address.
    /// - Throws: `ServerSettingsError` for an address that others reach without a key.
    public init(
        _ settings: ServerSettings, models: [String],
        onListening: @escaping @Sendable (_ address: String) -> Void = { _ in },
        open: @escaping @Sendable (String) throws -> OpenModel
    ) throws {
        guard settings.isLoopback || settings.key != nil else {
            throw ServerSettingsError.noKey(host: settings.host)
        }
        (self.settings, self.onListening) = (settings, onListening)
        studio = Studio(
            ModelShelf(models, capacity: settings.limits.queue, metrics: metrics, open: open), settings.limits, metrics)
    }

    /// Loads the default model. Throws `ModelError`.
    public func load() async throws {
        try await studio.shelf.with(studio.shelf.names[0]) { _ in }
    }

    /// Serves until SIGTERM or SIGINT: then what is being drawn is finished and answered, and all else is refused. A second
    /// signal ends the process at once. Throws what `run` does.
    public func runUntilSignalled() async throws {
        let group = ServiceGroup(
            configuration: .init(
                services: [self], gracefulShutdownSignals: [.sigterm, .sigint], logger: Self.silentLogger))
        let second = Task { await SecondSignal.endsAtOnce() }
        defer { second.cancel() }
        try await group.run()
    }

    /// Serves until the task's graceful shutdown. Throws `ServerSettingsError` for an address that cannot be listened at.
    public func run() async throws {
        let settings = settings
        let patience = TimeAmount.seconds(Int64(settings.limits.patience))
        let application = Application(
            responder: FrontDoor(routes: routes(), guests: GuestCheck(settings), metrics: metrics),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [HangUpHandler(), SlowReaderHandler(patience: patience)],
                    idleTimeout: patience)),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "fusemix-gen",
                availableConnectionsDelegate: MaximumAvailableConnections(settings.limits.connections)),
            onServerRunning: { [onListening] in
                onListening(settings.pageAddress(port: $0.localAddress?.port ?? settings.port))
            },
            logger: Self.silentLogger)
        try await withGracefulShutdownHandler {
            do {
                try await application.run()
            } catch let error as IOError {
                throw ServerSettingsError.cannotListen(
                    host: settings.host, port: settings.port, reason: String(cString: strerror(error.errnoCode)))
            }
        } onGracefulShutdown: {
            self.isClosing.set()
            self.studio.close()
        }
    }

    /// What the libraries would log may hold what a user sent.
    private static let silentLogger = Logger(label: "fusemix-gen") { _ in SwiftLogNoOpLogHandler() }

    /// Returns the routes: each address with its handler.
    func routes() -> Routes {
        let reader = RequestReader(settings.limits)
        var routes = Routes()
        ServerPage().add(to: &routes)
        PictureAPI(studio: studio, reader: reader).add(to: &routes)
        ListenAPI(studio: studio, reader: reader).add(to: &routes)
        WebUIAPI(studio: studio, reader: reader).add(to: &routes)
        FactsAPI(studio: studio, reader: reader) { [isClosing] in isClosing.isSet }.add(to: &routes)
        return routes
    }
}

/// Whether the server is about to end.
private final class ClosingFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}

/// The second of the signals that end a server.
private enum SecondSignal {
    static func endsAtOnce() async {
        var hasCome = false
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            if hasCome { _exit(128 + (signal == .sigint ? SIGINT : SIGTERM)) }
            hasCome = true
        }
    }
}

extension ServerSettings {
    func pageAddress(port: Int) -> String {
        let isEverywhere = host == "0.0.0.0" || host == "::"
        let name = isEverywhere ? names.first ?? "localhost" : host.contains(":") ? "[\(host)]" : host
        return "http://\(name):\(port)/"
    }
}

/// Reasons why a server cannot be made.
public enum ServerSettingsError: DescribedError, Equatable {
    case noKey(host: String)
    case cannotListen(host: String, port: Int, reason: String)

    public var exitStatus: Int32 { 2 }
    public var description: String {
        switch self {
        case .cannotListen(let host, let port, let reason):
            "Requests cannot be listened for at \(host), port \(port): \(reason.lowercased())."
        case .noKey(let host): "At \(host) others reach the server, so a key is needed: --api-key names its file."
        }
    }
}
