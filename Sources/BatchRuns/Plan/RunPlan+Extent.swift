import SoundBridge

extension RunPlan {
    /// Stages of a pipeline that the run needs.
    public var stages: Pipeline.Stages {
        var stages: Pipeline.Stages = .pictures
        if items.contains(where: { $0.source != .none }) { stages.insert(.sounds) }
        if items.contains(where: { $0.settings.prompt != nil || $0.settings.negativePrompt != nil }) {
            stages.insert(.words)
        }
        return stages
    }

    /// Pictures that were asked for, and what could not be listed.
    public var pictureCount: Int { items.pictureCount + unlisted.count }
}

extension Collection<RunItem> {
    /// Pictures of all of them.
    public var pictureCount: Int { reduce(0) { $0 + $1.pictures.count } }
}
