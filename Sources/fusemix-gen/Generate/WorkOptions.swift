import ArgumentParser
import BatchRuns
import SoundBridge

/// Number of pictures that are denoised together.
enum BatchSize: ExpressibleByArgument, CustomStringConvertible {
    case automatic
    case fixed(Int)

    init?(argument: String) {
        if argument == "auto" {
            self = .automatic
        } else if let count = Int(argument), DrawQueue.batchSizes.contains(count) {
            self = .fixed(count)
        } else {
            return nil
        }
    }

    var description: String {
        switch self {
        case .automatic: "auto"
        case .fixed(let count): "\(count)"
        }
    }

    var count: Int {
        switch self {
        case .automatic: DrawQueue.defaultBatchSize
        case .fixed(let count): count
        }
    }
}

/// Options for the work of a run of many sounds; its pictures do not depend on them.
struct WorkOptions: ParsableArguments {
    @Flag(help: "End when an item fails.")
    var failFast = false

    @Option(
        parsing: .unconditional, help: ArgumentHelp("End when so many pictures have failed.", valueName: "count"))
    var maxFailures: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Pictures to denoise together, 1 to 64; they are the same for any number.",
            valueName: "auto|count"))
    var batchSize = BatchSize.automatic

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Sounds to read and pictures to write at once while the networks compute, 1 to 64.", valueName: "count"))
    var jobs = RunOptions.defaultJobCount

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Every so many steps, 1 to 1000, write a quick look at what is being drawn beside each picture's place, as \
            NAME-preview.png, which goes when the picture is done.
            """, valueName: "steps"))
    var previewEvery: Int?

    @Flag(
        help: """
            Fail where there would be a warning of an input: a sound or picture that ends early or is damaged, a silent or \
            far too short sound, words that are cut or mostly unknown.
            """
    )
    var strict = false

    func validate() throws {
        if let maxFailures, maxFailures < 1 {
            throw ValidationError("--max-failures must be at least 1, not \(maxFailures).")
        }
        try checkOption(jobs, RunOptions.jobCounts, "--jobs")
        try checkOption(previewEvery, 1...1000, "--preview-every")
        guard maxFailures == nil || !failFast else {
            throw ValidationError("--fail-fast and --max-failures exclude each other.")
        }
    }

    var failureLimit: Int { failFast ? 1 : maxFailures ?? .max }

    /// - Parameter hasMetadata: Whether pictures carry their settings.
    func runOptions(overwrites: Bool, hasMetadata: Bool) -> RunOptions {
        RunOptions(
            overwrites: overwrites, hasMetadata: hasMetadata, isStrict: strict, batchSize: batchSize.count, jobs: jobs,
            maxFailures: failureLimit, previewSteps: previewEvery)
    }
}
