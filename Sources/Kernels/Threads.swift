#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `SEAM_THREADS` if it is a whole number of at least 1, else the number of cores on line.
func configuredThreads() -> Int {
    if let text = getenv("SEAM_THREADS"), let count = Int(String(cString: text)), count >= 1 {
        return count
    }
    return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
