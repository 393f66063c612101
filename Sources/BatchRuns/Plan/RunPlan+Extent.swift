import SoundBridge

extension RunPlan {
    /// Parts of a model that the run needs.
    public var parts: Bridge.Parts {
        var parts: Bridge.Parts = .pictures
        if items.contains(where: { $0.source != .none }) { parts.insert(.sounds) }
        if items.contains(where: { $0.settings.prompt != nil || $0.settings.negativePrompt != nil }) {
            parts.insert(.words)
        }
        return parts
    }

    /// Pictures that were asked for, and what could not be listed.
    public var pictureCount: Int { items.pictureCount + unlisted.count }
}

extension Collection<RunItem> {
    /// Pictures of all of them.
    public var pictureCount: Int { reduce(0) { $0 + $1.pictures.count } }
}
