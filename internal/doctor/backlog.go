package doctor

import "fmt"

var backlogChecks = []Check{
	{
		Code: "somaxconn",
		Why: "Who has connected waits here until a loop takes him. The server asks for the largest queue there is (65,535 for each listener; a port has one listener for each loop), " +
			"and the kernel cuts that to somaxconn. Where the queue is full, who comes is not answered, and tries again after 1, 3, 7 s.",
		Remedy: "`net.core.somaxconn`, before the server starts: a listener keeps the value it began with.",
		Since: "Then the default was 128, and a listener that asked for 128,000, as the article's did, got 128. Since Linux 5.4 it is 4,096, which let 18,000 in who came at once. " +
			"And then a port had one listener; ours has one for each loop (SO_REUSEPORT, Linux 3.9), each with a queue of its own.",
		look: func(p *patient) []Finding {
			v, err := p.networkNumber("net.core.somaxconn")
			if err != nil {
				return cannotTell(err)
			}
			need := p.backlog()
			if p.Watchers < usualBacklog {
				need = int64(p.Watchers)
			}
			needed := fmt.Sprintf("%s: if all %s come within a second, the loops take %s of them in that (%s on each processor)",
				count(need), count(int64(p.Watchers)), count(min(int64(p.Watchers), p.takes())), count(acceptsEach))
			if p.PID != 0 {
				return cannotTell(fmt.Errorf("it is %s now, and the listeners of a process keep the value that they began with: sudo ss -ltnp shows it (Send-Q); needed: %s", count(v), needed))
			}
			if v >= need {
				return fine(count(v), needed)
			}
			s := Warning
			if v < usualBacklog {
				s = Failure
			}
			return p.raise(s, count(v), needed, Setting{"net.core.somaxconn", fmt.Sprint(max(need, usualBacklog)), "who has connected waits there until he is taken"})
		},
	},
	{
		Code:   "tcp_max_syn_backlog",
		Why:    "It bounds the connections that are half made, but only where SYN cookies are off: then the last quarter of it is kept for clients that are known.",
		Remedy: "`net.ipv4.tcp_max_syn_backlog`, or cookies (`net.ipv4.tcp_syncookies = 1`), with which it does not matter.",
		Since: "Then it was the length of a queue of its own, 1,024 by default. Since Linux 4.4 half-made connections are with all others in one table, each listener's are bounded by somaxconn, " +
			"and this number counts only without SYN cookies, which are on by default. The default grows with memory.",
		look: lookAtSynBacklog,
	},
	{
		Code:   "tcp_syncookies",
		Why:    "When a listener's queue of half-made connections is full, the kernel goes on answering by cookies, at no cost of memory, instead of being silent: at a kick-off, and in an attack.",
		Remedy: "`net.ipv4.tcp_syncookies = 1`. 2 is for tests: a cookie for everybody.",
		Since: "Then turned on by hand, and said to cost window scaling and SACK: both are kept where the client has timestamps (Linux 2.6.26), and cookies are on by default since 2010. They are still for " +
			"emergencies: if TCPReqQFullDoCookies counts, raise somaxconn.",
		look: func(p *patient) []Finding {
			v, err := p.networkNumber("net.ipv4.tcp_syncookies")
			if err != nil {
				return cannotTell(err)
			}
			if v == 1 {
				return fine("1 (on)", "1")
			}
			return p.raise(Warning, count(v), "1: on when a queue is full, and only then", Setting{"net.ipv4.tcp_syncookies", "1", "answers when the queue of half-made connections is full"})
		},
	},
}

func lookAtSynBacklog(p *patient) []Finding {
	v, err := p.networkNumber("net.ipv4.tcp_max_syn_backlog")
	if err != nil {
		return cannotTell(err)
	}
	cookies, err := p.networkNumber("net.ipv4.tcp_syncookies")
	if err != nil {
		return cannotTell(fmt.Errorf("it is %s, and whether that matters depends on SYN cookies: %w", count(v), err))
	}
	if cookies != 0 {
		return fine(count(v), "anything: SYN cookies are on")
	}
	need := p.backlog() * 4 / 3
	needed := fmt.Sprintf("%s: as many half-made connections as fit behind somaxconn, and the quarter that is kept", count(need))
	if v >= need {
		return fine(count(v), needed)
	}
	return p.raise(Warning, count(v), needed, Setting{"net.ipv4.tcp_max_syn_backlog", fmt.Sprint(need), "half-made connections, without SYN cookies"})
}
