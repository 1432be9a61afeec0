import CLinux
import Glibc

/// What a try to move bytes through a socket gave.
package enum Transfer: Equatable, Sendable {
    case moved(Int)
    /// Nothing at present; the system will tell.
    case blocked
    /// The connection is of no more use.
    case broken
}

/// Where the bytes of an answer go; a socket, or a test.
package protocol ByteSink {
    func send(_ bytes: UnsafeRawBufferPointer, isMoreToCome: Bool) -> Transfer
    func send(file: Int32, offset: Int, length: Int) -> Transfer
}

/// A connected non-blocking socket; closed by whoever made it.
struct Socket: ByteSink {
    let descriptor: Int32

    func send(_ bytes: UnsafeRawBufferPointer, isMoreToCome: Bool) -> Transfer {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT) | (isMoreToCome ? 0x8000 : 0)
        while true {
            let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
            if count >= 0 { return .moved(count) }
            if errno != EINTR { return errno == EAGAIN ? .blocked : .broken }
        }
    }

    /// Sends two runs of bytes in one call.
    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Transfer {
        var parts = (iovec(first), iovec(second))
        return withUnsafeMutablePointer(to: &parts) { pointer in
            pointer.withMemoryRebound(to: iovec.self, capacity: 2) { list in
                var message = msghdr()
                (message.msg_iov, message.msg_iovlen) = (list, second.isEmpty ? 1 : 2)
                while true {
                    let count = sendmsg(
                        descriptor, &message, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
                    if count >= 0 { return .moved(count) }
                    if errno != EINTR { return errno == EAGAIN ? .blocked : .broken }
                }
            }
        }
    }

    func send(file: Int32, offset: Int, length: Int) -> Transfer {
        var position = off_t(offset)
        while true {
            let count = sendfile(descriptor, file, &position, length)
            if count > 0 { return .moved(count) }
            if count == 0 { return .broken }  // the file became shorter
            if errno != EINTR { return errno == EAGAIN ? .blocked : .broken }
        }
    }

    /// Receives what is there; `moved(0)` at the end of the stream.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return .moved(count) }
            if errno != EINTR { return errno == EAGAIN ? .blocked : .broken }
        }
    }

    /// Waits until there is something to receive, at most so long; false where there is not.
    func waitForInput(seconds: Double) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(min(max(seconds * 1000, 0), 1e9).rounded(.up))
        return poll(&polled, 1, milliseconds) > 0
    }

    /// Whether the connection is broken or closed both ways.
    var isBroken: Bool {
        var polled = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&polled, 1, 0) > 0 && Int32(polled.revents) & (POLLERR | POLLHUP) != 0
    }

    /// Ends the sending side.
    func endSending() -> Bool { shutdown(descriptor, Int32(SHUT_WR)) == 0 }

    /// Bytes the peer has not acknowledged yet.
    var unsent: Int { max(Int(linux_unsent(descriptor)), 0) }

    /// Sets what every connection has: no delay, and little that waits unsent in the kernel.
    func prepare() {
        var yes: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        _ = linux_limit_unsent(descriptor, 1 << 18)
    }
}

extension iovec {
    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
        self.init(
            iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}
