import ArgumentParser
import BatchRuns

/// All options for the pictures to make and for the work of making them.
struct GenerationOptions: ParsableArguments {
    @OptionGroup(title: "Inputs and output") var files: FileOptions
    @OptionGroup(title: "Inputs and output") var output: OverwriteOption
    @OptionGroup(title: "Inputs and output") var sheet: GridOption
    @OptionGroup(title: "Picture") var picture: PictureOptions
    @OptionGroup(title: "Picture") var hearing: HearingOptions
    @OptionGroup(title: "Folders and lists") var batch: BatchOptions
    @OptionGroup(title: "Folders and lists") var resuming: ResumeOption
    @OptionGroup(title: "Folders and lists") var work: WorkOptions
    @OptionGroup(title: "Folders and lists") var page: PageOption
    @OptionGroup(title: "Stable Diffusion models") var checkpoint: CheckpointOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Messages") var messages: MessageOptions

    func validate() throws {
        if sheet.grid, picture.count < 2 { throw ValidationError("--grid needs a --count of at least 2.") }
    }

    /// Options for the work of the run.
    var runOptions: RunOptions {
        work.runOptions(overwrites: output.overwrite, hasMetadata: !files.noMetadata)
    }
}
