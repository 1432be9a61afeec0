/// Maximum flow on a 4-neighbour grid (Boykov and Kolmogorov, IEEE PAMI 26:1124, 2004).
///
/// A source tree and a sink tree grow towards each other; where they touch, flow is pushed and the
/// nodes that lost their parent look for another one.
final class GridFlow {
    /// Directions of arcs; `opposite` flips the last bit.
    enum Direction: Int { case right, left, down, up }

    private static let terminal: Int8 = 4
    private static let orphan: Int8 = 5
    private static let none: Int8 = 6
    private static let largest = 1e300

    private let count: Int
    private let step: (Int, Int, Int, Int)
    private let nodes: UnsafeMutablePointer<Node>
    private var active: Queue
    private var orphans: [Int32] = []
    private var time: Int32 = 0

    private enum Tree: Int8 { case free, source, sink }

    private struct Node {
        /// Residual capacities to the right, left, lower and upper neighbour; 0 off the grid.
        var arcs = SIMD4<Double>()
        /// Residual capacity from the source (positive) or to the sink (negative).
        var terminal = 0.0
        var distance: Int32 = 0
        var stamp: Int32 = 0
        var tree = Tree.free
        /// Direction of the parent, or one of the three values above 3.
        var parent = GridFlow.none
        var queued = false
    }

    init(width: Int, height: Int) {
        count = width * height
        step = (1, -1, width, -width)
        nodes = .allocate(capacity: count)
        nodes.initialize(repeating: Node(), count: count)
        active = Queue(capacity: count)
    }

    deinit { nodes.deallocate() }

    func setTerminal(_ p: Int, _ preference: Double) {
        nodes[p].terminal = min(max(preference, -Self.largest), Self.largest)
    }

    func setPair(_ p: Int, _ direction: Direction, _ weight: Double) {
        let capacity = weight > 0 ? min(weight, Self.largest) : 0
        nodes[p].arcs[direction.rawValue] = capacity
        nodes[p + offset(direction.rawValue)].arcs[direction.rawValue ^ 1] = capacity
    }

    /// Whether a node is on the source's side of the cut nearest to the source.
    func isSource(_ p: Int) -> Bool { nodes[p].tree == .source }

    @inline(__always) private func offset(_ direction: Int) -> Int {
        switch direction {
        case 0: step.0
        case 1: step.1
        case 2: step.2
        default: step.3
        }
    }

    /// Pushes all the flow there is; false if `proceed` stopped it.
    func run(proceed: (Double) -> Bool) -> Bool {
        for p in 0..<count where nodes[p].terminal != 0 {
            nodes[p].tree = nodes[p].terminal > 0 ? .source : .sink
            nodes[p].parent = Self.terminal
            nodes[p].distance = 1
            activate(p)
        }
        var steps = 0
        while let p = active.first {
            if steps & 0x3FFF == 0 {
                guard proceed(Double(steps) / Double(steps + 4 * count)) else { return false }
            }
            steps += 1
            guard nodes[p].parent != Self.none else {
                retire(p)
                continue
            }
            guard let (direction, q) = grow(p) else {
                retire(p)
                continue
            }
            time += 1
            if nodes[p].tree == .source {
                augment(p, q, direction)
            } else {
                augment(q, p, direction ^ 1)
            }
            adopt()
        }
        return true
    }

    private func activate(_ p: Int) {
        guard !nodes[p].queued else { return }
        nodes[p].queued = true
        active.append(p)
    }

    private func retire(_ p: Int) {
        nodes[p].queued = false
        active.removeFirst()
    }

    /// Takes free neighbours into the tree of `p`; a neighbour in the other tree ends the search.
    private func grow(_ p: Int) -> (direction: Int, node: Int)? {
        let tree = nodes[p].tree
        for d in 0..<4 {
            let q = p + offset(d)
            guard q >= 0, q < count else { continue }
            let capacity = tree == .source ? nodes[p].arcs[d] : nodes[q].arcs[d ^ 1]
            // The arc out of the grid's side edge has no capacity either way.
            guard capacity > 0, isArc(p, d) else { continue }
            if nodes[q].tree == .free {
                nodes[q].tree = tree
                nodes[q].parent = Int8(d ^ 1)
                nodes[q].stamp = nodes[p].stamp
                nodes[q].distance = nodes[p].distance + 1
                activate(q)
            } else if nodes[q].tree != tree {
                return (d, q)
            } else if nodes[q].stamp <= nodes[p].stamp, nodes[q].distance > nodes[p].distance + 1 {
                nodes[q].parent = Int8(d ^ 1)
                nodes[q].stamp = nodes[p].stamp
                nodes[q].distance = nodes[p].distance + 1
            }
        }
        return nil
    }

    /// Whether direction `d` stays in the row.
    @inline(__always) private func isArc(_ p: Int, _ d: Int) -> Bool {
        if d == 0 { return (p + 1) % step.2 != 0 }
        if d == 1 { return p % step.2 != 0 }
        return true
    }

    /// Pushes flow along source ... s -> t ... sink.
    private func augment(_ s: Int, _ t: Int, _ direction: Int) {
        var least = nodes[s].arcs[direction]
        var p = s
        while nodes[p].parent != Self.terminal {
            let d = Int(nodes[p].parent)
            p += offset(d)
            least = min(least, nodes[p].arcs[d ^ 1])
        }
        least = min(least, nodes[p].terminal)
        p = t
        while nodes[p].parent != Self.terminal {
            let d = Int(nodes[p].parent)
            least = min(least, nodes[p].arcs[d])
            p += offset(d)
        }
        least = min(least, -nodes[p].terminal)
        push(s, t, direction, least)
    }

    private func push(_ s: Int, _ t: Int, _ direction: Int, _ flow: Double) {
        nodes[s].arcs[direction] -= flow
        nodes[t].arcs[direction ^ 1] += flow
        var p = s
        while nodes[p].parent != Self.terminal {
            let d = Int(nodes[p].parent)
            let q = p + offset(d)
            nodes[p].arcs[d] += flow
            nodes[q].arcs[d ^ 1] -= flow
            if nodes[q].arcs[d ^ 1] == 0 { abandon(p) }
            p = q
        }
        nodes[p].terminal -= flow
        if nodes[p].terminal == 0 { abandon(p) }
        p = t
        while nodes[p].parent != Self.terminal {
            let d = Int(nodes[p].parent)
            let q = p + offset(d)
            nodes[q].arcs[d ^ 1] += flow
            nodes[p].arcs[d] -= flow
            if nodes[p].arcs[d] == 0 { abandon(p) }
            p = q
        }
        nodes[p].terminal += flow
        if nodes[p].terminal == 0 { abandon(p) }
    }

    private func abandon(_ p: Int) {
        nodes[p].parent = Self.orphan
        orphans.append(Int32(p))
    }

    /// Finds new parents for the orphans or sets them free.
    private func adopt() {
        var next = 0
        while next < orphans.count {
            let p = Int(orphans[next])
            next += 1
            if let (parent, distance) = bestParent(p) {
                nodes[p].parent = Int8(parent)
                nodes[p].stamp = time
                nodes[p].distance = distance + 1
            } else {
                release(p)
            }
        }
        orphans.removeAll(keepingCapacity: true)
    }

    private func bestParent(_ p: Int) -> (direction: Int, distance: Int32)? {
        let tree = nodes[p].tree
        var best: (direction: Int, distance: Int32)?
        for d in 0..<4 where isArc(p, d) {
            let q = p + offset(d)
            guard q >= 0, q < count, nodes[q].tree == tree else { continue }
            let capacity = tree == .source ? nodes[q].arcs[d ^ 1] : nodes[p].arcs[d]
            guard capacity > 0, let distance = distanceToTerminal(q) else { continue }
            if distance < best?.distance ?? .max { best = (d, distance) }
        }
        return best
    }

    /// Steps from a node up to its terminal, or nil if an orphan is on the way.
    private func distanceToTerminal(_ start: Int) -> Int32? {
        var p = start
        var steps: Int32 = 0
        while true {
            if nodes[p].stamp == time {
                steps += nodes[p].distance
                break
            }
            steps += 1
            if nodes[p].parent == Self.terminal {
                nodes[p].stamp = time
                nodes[p].distance = 1
                break
            }
            if nodes[p].parent > 3 { return nil }
            p += offset(Int(nodes[p].parent))
        }
        let distance = steps
        p = start
        while nodes[p].stamp != time {
            nodes[p].stamp = time
            nodes[p].distance = steps
            steps -= 1
            p += offset(Int(nodes[p].parent))
        }
        return distance
    }

    /// Frees an orphan; its children become orphans and its neighbours may take it later.
    private func release(_ p: Int) {
        let tree = nodes[p].tree
        for d in 0..<4 where isArc(p, d) {
            let q = p + offset(d)
            guard q >= 0, q < count, nodes[q].tree == tree else { continue }
            let capacity = tree == .source ? nodes[q].arcs[d ^ 1] : nodes[p].arcs[d]
            if capacity > 0 { activate(q) }
            if nodes[q].parent == Int8(d ^ 1) { abandon(q) }
        }
        nodes[p].tree = .free
        nodes[p].parent = Self.none
    }

    /// A ring of node numbers, each in it at most once.
    private struct Queue {
        private var ring: [Int32]
        private var head = 0
        private var length = 0

        init(capacity: Int) { ring = [Int32](repeating: 0, count: capacity) }

        var first: Int? { length > 0 ? Int(ring[head]) : nil }

        mutating func append(_ p: Int) {
            var place = head + length
            if place >= ring.count { place -= ring.count }
            ring[place] = Int32(p)
            length += 1
        }

        mutating func removeFirst() {
            head = head + 1 == ring.count ? 0 : head + 1
            length -= 1
        }
    }
}
