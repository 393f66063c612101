import ArgumentParser
import Foundation
import Retrieval

/// Options of the bootstrap intervals.
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
