import ArgumentParser
import FilesOnDisk
import Foundation
import PictureServer

struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Address to listen at; one that other machines reach, as 0.0.0.0, needs --api-key.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(parsing: .unconditional, help: ArgumentHelp("Port, 0 to 65535; 0 takes a free one.", valueName: "port"))
    var port = 7860

    @Option(
        help: ArgumentHelp(
            "A file whose first line is the key that every request must have, 16 characters or more.",
            valueName: "file"))
    var apiKey: String?

    @Option(
        help: ArgumentHelp(
            """
            A host name that the server answers to beside its address and localhost, as behind a proxy; repeatable. \
            Requests for other names are refused, since a foreign page may have made them.
            """, valueName: "host"))
    var name: [String] = []

    @Flag(help: "Open the page in the browser.")
    var open = false

    func validate() throws { try checkOption(port, 0...65535, "--port") }

    /// Throws `UsageError` for a file without a key.
    func settings() throws -> ServerSettings {
        var settings = ServerSettings()
        (settings.host, settings.port, settings.names) = (host, port, name)
        settings.key = try apiKey.map(Self.key)
        return settings
    }

    private static func key(in path: String) throws -> String {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            throw UsageError("\(path) cannot be read: a file with a key was expected.")
        }
        let line = text.split(whereSeparator: \.isNewline).first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
        guard line.count >= 16 else {
            throw UsageError("\(path) begins with a key of \(line.count) characters: 16 or more were expected.")
        }
        return line
    }
}

struct LimitOptions: ParsableArguments {
    private static let usual = ServerLimits()

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Pictures that may wait or be drawn, 1 to 10000; more are told to ask later.", valueName: "pictures"))
    var queue = usual.queue

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Megabytes of a request, 1 to 1024; all requests together may take eight times as many.", valueName: "MB"))
    var maxBody = usual.bodyBytes >> 20

    @Option(parsing: .unconditional, help: ArgumentHelp("Seconds of a sound, 1 to 3600.", valueName: "seconds"))
    var maxClip = usual.clipSeconds

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Side of a picture in pixels, 16 to 1024.", valueName: "pixels"))
    var maxSide = usual.side

    @Option(parsing: .unconditional, help: ArgumentHelp("Pictures of one request, 1 to 1000.", valueName: "pictures"))
    var maxCount = usual.count

    @Option(parsing: .unconditional, help: ArgumentHelp("Sampler steps of a picture, 1 to 1000.", valueName: "steps"))
    var maxSteps = usual.steps

    func validate() throws {
        try checkOption(queue, 1...10_000, "--queue")
        try checkOption(maxBody, 1...1024, "--max-body")
        try checkOption(maxClip, 1...3600, "--max-clip")
        try checkOption(maxSide, 16...1024, "--max-side")
        try checkOption(maxCount, 1...1000, "--max-count")
        try checkOption(maxSteps, 1...1000, "--max-steps")
    }

    var limits: ServerLimits {
        var limits = ServerLimits()
        (limits.bodyBytes, limits.allBodyBytes) = (maxBody << 20, maxBody << 23)
        (limits.clipSeconds, limits.side) = (maxClip, maxSide)
        (limits.count, limits.steps, limits.queue) = (min(maxCount, queue), maxSteps, queue)
        return limits
    }
}
