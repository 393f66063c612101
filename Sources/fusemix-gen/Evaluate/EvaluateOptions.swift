import ArgumentParser
import Evaluation
import FilesOnDisk
import Foundation
import Retrieval
import SoundBridge
import TensorCore

/// How intervals are drawn.
struct BootstrapOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Draws of the 95 % intervals, 1 to 100000.", valueName: "count"))
    var replicates = 1000

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of these draws, 0 to 2^63-1.", valueName: "n"))
    var bootstrapSeed: UInt64 = 0

    var bootstrap: Bootstrap { Bootstrap(replicates: replicates, seed: bootstrapSeed) }

    func validate() throws {
        try checkOption(replicates, 1...100_000, "--replicates")
        try checkSeed(bootstrapSeed, "--bootstrap-seed")
    }
}

/// Components by name, for the commands that evaluate and search.
struct Components {
    let bridge: Bridge
    private let search = ModelSearch()

    /// Adapters by name or path. Throws `ModelError`.
    func adapters(_ nameOrPath: String) throws -> NamedAdapters {
        try NamedAdapters(contentsOf: search.component(nameOrPath), precision: bridge.precision)
    }

    /// A model by name or path; nil when there is none. Throws `ModelError` for one that is unfit.
    func bundle(_ nameOrPath: String) throws -> ModelBundle? {
        do {
            return try search.bundle(nameOrPath)
        } catch ModelError.notFound {
            return nil
        }
    }

    /// An encoder by name or path; the bundle's own goes before others of its name. Throws `ModelError`.
    func encoder(_ nameOrPath: String) throws -> NamedEncoder {
        let own = bridge.bundle.componentDirectories.first { $0.directory.lastPathComponent == nameOrPath }
        return try NamedEncoder(
            contentsOf: own?.directory ?? search.component(nameOrPath), precision: bridge.precision)
    }
}

/// The report as one line of JSON.
func jsonLine(_ report: some Encodable) throws -> String {
    String(decoding: try JSONEncoder.ofLines.encode(report), as: UTF8.self)
}

/// Seconds on a clock that nobody sets.
func seconds<Result>(_ work: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try work()
    return (result, (clock.now - start) / .seconds(1))
}
