extension Philox {
    /// Fills a buffer with uniform numbers in [0, 1): the same as so many calls of `uniform()`.
    public mutating func fillUniform(_ values: UnsafeMutableBufferPointer<Float>) {
        guard let start = values.baseAddress else { return }
        fill(values.count) { words, done, count in
            InstructionSet.active.uniforms(words, start + done, count)
        }
    }

    /// Puts 1 with the probability that stands there, else 0: `uniform()` below the probability.
    public mutating func fillBernoulli(_ probabilities: UnsafeMutableBufferPointer<Float>) {
        guard let start = probabilities.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.portion) { draws in
            guard let draws = draws.baseAddress else { return }
            fill(probabilities.count) { words, done, count in
                InstructionSet.active.uniforms(words, draws, count)
                let target = start + done
                for i in 0..<count { target[i] = draws[i] < target[i] ? 1 : 0 }
            }
        }
    }

    /// Fills a buffer with draws from the standard normal distribution (Box and Muller 1958, both of
    /// each pair), |value| below 5.8.
    ///
    /// Other numbers than those of `gaussian()`, from as many words as there are values, one more if
    /// their number is odd.
    public mutating func fillGaussian(_ values: UnsafeMutableBufferPointer<Float>) {
        guard let start = values.baseAddress else { return }
        fill((values.count + 1) / 2 * 2) { words, done, count in
            // Half of the words for radii, half for angles: every portion has an even number.
            let half = count / 2
            withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { parts in
                guard let parts = parts.baseAddress else { return }
                InstructionSet.active.uniforms(words, parts, count)
                InstructionSet.active.normals(parts, half)
                for i in 0..<min(count, values.count - done) { start[done + i] = parts[i] }
            }
        }
    }

    private static let portion = 256

    /// Draws `count` words and hands them on in portions, with the number of words before.
    private mutating func fill(
        _ count: Int, _ body: (UnsafePointer<UInt32>, Int, Int) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.portion) { words in
            guard let words = words.baseAddress else { return }
            for done in stride(from: 0, to: count, by: Self.portion) {
                let size = min(Self.portion, count - done)
                draw(words, size)
                body(words, done, size)
            }
        }
    }

    /// The next words, whole blocks of them at once.
    private mutating func draw(_ words: UnsafeMutablePointer<UInt32>, _ count: Int) {
        var done = 0
        while done < count, isInsideBlock {
            words[done] = nextWord()
            done += 1
        }
        let steps = (count - done) / 32
        if steps > 0 {
            writeBlocks(steps: steps, to: words + done)
            done += 32 * steps
        }
        while done < count {
            words[done] = nextWord()
            done += 1
        }
    }
}
