import Glibc

/// What may end waiting on a socket.
enum ChannelError: Error {
    case timeout
    case disconnected
    case cancelled
}

/// A clock that never jumps, in seconds.
enum Monotonic {
    static var now: Double {
        var moment = timespec()
        clock_gettime(CLOCK_MONOTONIC, &moment)
        return Double(moment.tv_sec) + Double(moment.tv_nsec) * 1e-9
    }
}

/// A connected socket that is read and written by one thread, every wait bounded.
///
/// The descriptor is non-blocking and closed with the channel.
final class Channel {
    let descriptor: Int32
    /// Becomes readable when every connection must end at once.
    private let abortSignal: Int32

    init(descriptor: Int32, abortSignal: Int32) {
        (self.descriptor, self.abortSignal) = (descriptor, abortSignal)
    }

    deinit { close(descriptor) }

    /// Waits until the socket is ready, `signal` fires (default: abort), or the time has come.
    ///
    /// A ready socket wins over a signal.
    func wait(
        for events: Int32, until deadline: Double, signal: Int32? = nil
    ) throws(ChannelError) {
        while true {
            var polled = [
                pollfd(fd: descriptor, events: Int16(events), revents: 0),
                pollfd(fd: signal ?? abortSignal, events: Int16(POLLIN), revents: 0),
            ]
            let left = deadline - Monotonic.now
            let milliseconds = Int32(min(max(left * 1000, 0), 1e9).rounded(.up))
            let count = poll(&polled, 2, milliseconds)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .disconnected }
            if polled[0].revents != 0 { return }
            if polled[1].revents != 0 { throw .cancelled }
            if left <= 0 { throw .timeout }
        }
    }

    /// Reads what is there, waiting for the first byte until `deadline`; 0 at the end of the stream.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, until deadline: Double, signal: Int32? = nil
    ) throws(ChannelError) -> Int {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: Int32(POLLIN), until: deadline, signal: signal)
            default: throw .disconnected
            }
        }
    }

    /// Writes everything; `stall` is how many seconds the peer may take nothing.
    func write(_ bytes: UnsafeRawBufferPointer, stall: Double) throws(ChannelError) {
        var done = 0
        while done < bytes.count {
            let count = send(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
                Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            if count >= 0 {
                done += count
            } else if errno == EAGAIN {
                try wait(for: Int32(POLLOUT), until: Monotonic.now + stall)
            } else if errno != EINTR {
                throw .disconnected
            }
        }
    }

    /// Writes everything.
    func write(_ bytes: [UInt8], stall: Double) throws(ChannelError) {
        let result = bytes.withUnsafeBytes { raw -> ChannelError? in
            do throws(ChannelError) {
                try write(raw, stall: stall)
                return nil
            } catch {
                return error
            }
        }
        if let result { throw result }
    }

    /// Writes a part of an open file, by the kernel alone.
    func write(
        file: Int32, offset: Int, length: Int, stall: Double
    ) throws(ChannelError) {
        var position = off_t(offset)
        let end = offset + length
        while position < end {
            let count = sendfile(descriptor, file, &position, min(end - Int(position), 1 << 20))
            if count > 0 { continue }
            guard count < 0 else { throw .disconnected }  // the file became shorter
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: Int32(POLLOUT), until: Monotonic.now + stall)
            default: throw .disconnected
            }
        }
    }

    /// Whether the connection is broken or closed both ways.
    var isBroken: Bool {
        var polled = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&polled, 1, 0) > 0 && Int32(polled.revents) & (POLLERR | POLLHUP) != 0
    }

    /// Ends the sending side and drops what still comes, so that a client that is still sending can
    /// read the last answer before the connection resets (RFC 9112 9.6).
    func linger(idle: Double, total: Double, signal: Int32) {
        guard shutdown(descriptor, Int32(SHUT_WR)) == 0 else { return }
        let end = Monotonic.now + total
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { scratch.deallocate() }
        while Monotonic.now < end {
            let deadline = min(end, Monotonic.now + idle)
            guard let count = try? read(into: scratch, until: deadline, signal: signal), count > 0
            else { return }
        }
    }
}
