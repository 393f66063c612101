import SoundBridge

/// Settings of a server; nothing of them can be changed by a request.
public struct ServerSettings: Sendable {
    /// The address to listen at.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port = 7860
    /// The key that requests must have; nil asks for none.
    public var key: String?
    /// Further names that the server answers to, beside its address and localhost.
    public var names: [String] = []
    public var limits = ServerLimits()

    public init() {}

    /// Whether only programs on this machine reach the server.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

/// Bounds of what requests may ask for and take.
public struct ServerLimits: Sendable {
    /// Bytes of a request.
    public var bodyBytes = 32 << 20
    /// Bytes of all requests that are in memory at once.
    public var allBodyBytes = 256 << 20
    /// Seconds of a sound.
    public var clipSeconds = 300
    /// Side of a picture in pixels.
    public var side = 1024
    /// Pictures of one request.
    public var count = 16
    public var steps = 200
    /// Characters of a prompt.
    public var promptLength = 2000
    /// Pictures of all requests that wait or are drawn.
    public var queue = 128
    public var connections = 512
    /// Seconds that a request may take to arrive, that a client may keep an answer waiting, and that a connection may idle.
    public var patience = 60

    public init() {}
}
