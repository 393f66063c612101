import ArgumentParser
import FilesOnDisk
import Foundation
import FrozenEncoders
import SoundBridge

/// `fusemix-gen describe dog.wav`: what `--sound-as describe` puts into a prompt, to be edited.
struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Says in words what sounds are and how they sound.",
        usage: "fusemix-gen describe <sound> ... [--json] [<options>]",
        discussion: """
            The phrase is what --sound-as describe puts in the place of {sound}: the names that are heard, and how loud, bright, \
            quick and near the sound is. Edited, it is a prompt.

              fusemix-gen describe dog.wav
              fusemix-gen --prompt "a photo of a dog, loud, in a stairwell" --model sd -o dog.png

            Exit code 1 when a sound cannot be read.
            """)

    @Argument(help: ArgumentHelp("Sound files.", valueName: "sound"))
    var sounds: [String]

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The most names that are considered, 1 to 50; three are said at most.", valueName: "count"))
    var names = SoundReading.usualNameCount

    @Option(help: "How the 0.975 s windows of a sound are pooled: mean of all, the loudest, or the first.")
    var window = WindowPooling.mean

    @Flag(help: "Print one JSON object a sound, with the measures behind the words.")
    var json = false

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws { try checkOption(names, SoundReading.nameCounts, "--names") }

    @ComputeActor
    func run() async throws {
        if let threads = machine.threads { ComputeActor.thread.setThreadCount(threads) }
        let pipeline = try OpenModel(named: machine.model, precision: machine.precision.precision).pipeline
        var failed = false
        for path in sounds {
            do {
                let sound = try pipeline.listen(to: URL(filePath: path), pooling: window)
                let phrase = try pipeline.phrase(for: sound, names: names)
                let described = DescribedSound(input: path, phrase: phrase, traits: sound.traits)
                let line = sounds.count > 1 ? "\(path)  \(phrase)" : phrase
                try Console.result(json ? jsonLine(described) : line.printable)
            } catch let error where !(error is ModelError || error is CancellationError) {
                Console.error("\(error)")
                failed = true
            }
        }
        if failed { throw ExitCode(1) }
    }
}

/// A described sound as a line of JSON.
private struct DescribedSound: Encodable {
    let input: String
    let phrase: String
    let traits: SoundTraits?
}
