import ArgumentParser
import SoundBridge

/// The command itself: generation stands at the root, so that `fusemix-gen dog.wav -o dog.png` is all it takes.
struct FusemixGen: AsyncParsableCommand, InterruptibleCommand {
    static let interruptPolicy = Interrupts.Policy.installedByCommand

    static let configuration = CommandConfiguration(
        commandName: "fusemix-gen",
        abstract: "Turns sounds into pictures, on an ordinary CPU.",
        usage: """
            fusemix-gen <input> ... --output <path> [<options>]
            fusemix-gen --prompt <text> --output <path> [<options>]
            fusemix-gen --list <jsonl> --output <folder> [<options>]
            fusemix-gen <subcommand>
            """,
        discussion: """
            One sound gives one picture; several sounds or a folder give a folder of pictures.
            Words may guide a sound (--prompt) or stand alone.

              fusemix-gen dog.wav -o dog.png
              fusemix-gen recordings/ -o pictures/
              fusemix-gen crow.wav --prompt "a parrot" -o green-crow.png
              fusemix-gen --prompt "a wolf" -o wolf.png

            Exit codes: 0 all done; 1 an item failed; 2 wrong usage; 3 the model cannot be loaded; \
            130 or 143 interrupted.
            """,
        version: "fusemix-gen \(Version.current)",
        subcommands: [
            Plan.self, Run.self, Merge.self, Report.self, Describe.self, Embed.self, Train.self, Evaluate.self,
            Search.self, Serve.self, Inspect.self, Models.self, Manual.self,
        ])

    @OptionGroup var options: GenerationOptions

    func run() async throws {
        try await GenerationRun(options).run()
    }
}
