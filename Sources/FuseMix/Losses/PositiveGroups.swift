import CKernels

/// The positives of each row of a batch: the rows of its group.
struct PositiveGroups {
    /// Group of each row, counted from 0 in the order of their first rows.
    let groups: [Int32]
    /// One over the number of rows in each group.
    private let shares: [Float]

    /// Groups the rows with equal labels.
    init(labels: [Int32]) {
        var numbers: [Int32: Int] = [:]
        var counts: [Int] = []
        groups = labels.map { label in
            let number = numbers[label] ?? counts.count
            if number == counts.count {
                numbers[label] = number
                counts.append(0)
            }
            counts[number] += 1
            return Int32(number)
        }
        shares = counts.map { 1 / Float($0) }
    }

    /// y += scale · (x - the mean of x over its row's group), all `[rows, channels]`.
    func addDeviations(
        of x: UnsafePointer<Float>, channels: Int, scale: Double, to y: UnsafeMutablePointer<Float>
    ) {
        let means = FloatBuffer(count: shares.count * channels)
        ck_add_group_deviations(
            x, groups, shares, Int64(groups.count), Int64(channels), Int64(shares.count), Float(scale), means.start, y)
    }
}
