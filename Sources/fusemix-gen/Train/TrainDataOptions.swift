import ArgumentParser
import FuseMix
import LatentStore

/// The files that training reads, and the component that it writes.
struct TrainDataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Latents of one encoder: .safetensors or .npy, as embed writes them or from elsewhere, then with or without ids.",
            valueName: "latents"))
    var x: String?

    @Option(help: ArgumentHelp("Latents of the other encoder; of the target, with --anchored.", valueName: "latents"))
    var y: String?

    @Option(
        help: ArgumentHelp(
            """
            Table of pairs, separated by tabs under a header: the columns x and y hold ids and, if wanted, group \
            and split (train, validation, test). (default: rows of equal id are pairs; without ids, rows of equal place)
            """, valueName: "tsv"))
    var pairs: String?

    @OptionGroup var tensors: TensorOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder of the component to write.", valueName: "folder"))
    var output: String

    @Flag(help: "Replace a component or checkpoint that exists; without it either is an error and stays as it is.")
    var overwrite = false

    @Option(help: "How weights are stored.")
    var dtype = StoredType.f16

    func apply(to job: inout TrainingJob) {
        (job.pairs, job.tensors, job.overwrites, job.storedType) = (pairs, tensors.names, overwrite, dtype)
    }
}
