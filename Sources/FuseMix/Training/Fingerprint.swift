/// A short hash of the training data, which tells one training's data from another's: FNV-1a over pairs, groups, split
/// and a sample of the latents.
enum Fingerprint {
    static func of(_ pairs: PairList, _ split: PairSplit, _ latents: [LatentRows]) -> String {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ number: Int) {
            for shift in stride(from: 0, to: 64, by: 16) {
                sum = (sum ^ (UInt64(bitPattern: Int64(number)) >> UInt64(shift) & 0xFFFF)) &* 0x100_0000_01B3
            }
        }
        for list in [pairs.xRows, pairs.yRows, pairs.groups, split.validation] {
            add(list.count)
            list.forEach(add)
        }
        for set in latents {
            add(set.vectors.shape[0])
            add(set.channels)
            let row = FloatBuffer(count: set.channels)
            for index in stride(from: 0, to: set.vectors.shape[0], by: max(1, set.vectors.shape[0] / 64)) {
                set.gather(CollectionOfOne(index), into: row.start)
                for channel in 0..<set.channels { add(Int(row.start[channel].bitPattern)) }
            }
        }
        return String(sum, radix: 16)
    }
}
