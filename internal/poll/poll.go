// Package poll is the kernel's side of a loop that owns thousands of sockets:
// epoll, and the few system calls on sockets that such a loop makes. Linux
// only; Supported says whether this is it.
//
// # Parking
//
// A loop could sleep in epoll_wait. But a thread that sleeps in a system call
// takes its scheduler slot (its P) with it until the runtime notices, and for
// a loop that wakes a hundred thousand times a second the hand-offs cost a
// third of all joins. So the epoll descriptor itself is registered with Go's
// own netpoller: the loop asks epoll without waiting, and if there is nothing,
// its goroutine parks as any goroutine that reads from a network does. Whoever
// wants to wake it sets a read deadline in the past, which makes the goroutine
// ready at once, on the waker's own P, without a detour through the kernel.
//
// # System calls
//
// Sockets here never block, so their calls are made without telling the
// scheduler (RawSyscall): for a send of a hundred bytes that is a fifth of the
// whole price.
package poll
