import Bytes

/// What people add to a finished clustering: names and colours of clusters, and notes.
enum Annotations {
    /// Checks `{"clusters": {"1": {"name": "…", "color": "#rrggbb"}}, "notes": "…"}`.
    static func check(_ value: JSON) throws(WorkbenchError) -> JSON {
        guard let members = value.members else {
            throw .invalid([.init("", "expected an object with clusters and notes")])
        }
        var faults: [WorkbenchError.Fault] = []
        for member in members {
            switch member.name {
            case "notes":
                if (member.value.string?.utf8.count ?? .max) > 20_000 {
                    faults.append(.init("/notes", "expected at most 20,000 bytes of text"))
                }
            case "clusters": faults += clusterFaults(member.value)
            default:
                faults.append(
                    .init(
                        "/\(member.name)",
                        ParameterValues.unknown(member.name, known: ["clusters", "notes"])))
            }
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        return value
    }

    /// A JSON merge patch (RFC 7396): members replace, null removes, the others stay.
    static func merge(_ patch: JSON, into target: JSON) -> JSON {
        guard let changes = patch.members else { return patch }
        var members = target.members ?? []
        for change in changes {
            let index = members.firstIndex { $0.name == change.name }
            if change.value == .null {
                if let index { members.remove(at: index) }
            } else if let index {
                members[index].value = merge(change.value, into: members[index].value)
            } else {
                members.append(.init(change.name, merge(change.value, into: .object([]))))
            }
        }
        return .object(members)
    }

    private static func clusterFaults(_ value: JSON) -> [WorkbenchError.Fault] {
        guard let clusters = value.members else {
            return [.init("/clusters", "expected an object by cluster number")]
        }
        var faults: [WorkbenchError.Fault] = []
        for cluster in clusters {
            let place = "/clusters/\(cluster.name)"
            if Int(cluster.name).map({ $0 < 1 || String($0) != cluster.name }) ?? true {
                faults.append(.init(place, "expected a cluster number from 1"))
            }
            guard let members = cluster.value.members else {
                faults.append(.init(place, "expected an object with name and color"))
                continue
            }
            for member in members {
                switch (member.name, member.value.string) {
                case ("name", let text?) where text.utf8.count <= 200: break
                case ("color", let text?) where isColor(text): break
                case ("name", _):
                    faults.append(.init(place + "/name", "expected at most 200 bytes of text"))
                case ("color", _): faults.append(.init(place + "/color", "expected #rrggbb"))
                default: faults.append(.init(place + "/\(member.name)", "expected name or color"))
                }
            }
        }
        return faults
    }

    private static func isColor(_ text: String) -> Bool {
        text.utf8.count == 7 && text.hasPrefix("#") && text.utf8.dropFirst().allSatisfy(isHex)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
    }

    /// The colours people gave to clusters 1...k, nil for the palette's.
    static func colors(_ annotationsJSON: String?, count: Int) -> [(UInt8, UInt8, UInt8)?] {
        let clusters = annotationsJSON.map(Workbench.parse)?["clusters"]
        return (0..<count).map { index in
            guard let text = clusters?["\(index + 1)"]?["color"]?.string,
                let value = UInt32(text.dropFirst(), radix: 16)
            else { return nil }
            return (
                UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)
            )
        }
    }

    /// The names people gave to clusters 1...k, else "Cluster 1", "Cluster 2", …
    static func names(_ annotationsJSON: String?, count: Int) -> [String] {
        let clusters = annotationsJSON.map(Workbench.parse)?["clusters"]
        return (0..<count).map { index in
            let name = clusters?["\(index + 1)"]?["name"]?.string ?? ""
            return name.isEmpty ? "Cluster \(index + 1)" : name
        }
    }
}
