extension Picture {
    /// What a network takes: `[height, width, 3]`, each level v as v / 127.5 − 1; the inverse of
    /// `init(width:height:values:)`.
    public var values: [Float] { pixels.map { Float($0) / 127.5 - 1 } }
}
