package pump

import "math/rand/v2"

// How watchers are made to leave without a stampede.
//
// Who is told to come back does so at once, all of them to the same few nodes.
// So those who are to leave do it one after the other, in an order that has
// nothing to do with when they came, evenly over the time that there is. A
// drain sends off everybody, a shed (Pump.Shed) a share, and MaxAge everybody
// again and again, each at another time.
//
// # MaxAge without a memory
//
// To end a watch at an age one has to know when it began, and be woken when it
// is time: 16 bytes and a timer for each of a million watchers, most of whom
// (the line protocol has no heartbeats) need none otherwise. And ages drawn at
// random between 90 and 110 % of the same number still make a wave where all
// have come at a kick-off: an hour later all leave within twelve minutes, five
// times as many as in the mean.
//
// A descriptor is known, and it stays the same as long as the connection lives.
// So each loop has a hand that goes over the table of descriptors, as that of a
// clock does, once round in MaxAge, and whoever it meets is sent off. That is
// all. What follows from it:
//
//   - Nobody gets older than once round, whenever he came.
//   - A crowd that came within a second has as many descriptors as it has heads,
//     and leaves over the whole of MaxAge: there is no wave.
//   - Never do more leave at once than a full table gives, at MaxAge.
//   - The kernel gives out the lowest free descriptor. One that has become free
//     just now lies behind the hand, so who comes back to the same node has
//     most of MaxAge before him.
//   - It costs nothing for each watcher, and for each loop a look at a few places
//     of the table once in a while: for a million descriptors and an hour, 280 a
//     second.
//
// (When the table grows the hand goes on faster, since it has a longer way: who
// came before may become older by what was gone of the round.)
//
// The portable pump has a goroutine for each watcher anyway, and gives it a
// timer: a random age between half of MaxAge and all of it.

// quota is a share of a crowd that is met piece by piece: however it is cut, it
// comes to the share of the whole, rounded up.
type quota struct{ percent, seen, taken int }

// of the next n so many are to go.
func (q *quota) of(n int) int {
	q.seen += n
	some := (q.seen*q.percent+99)/100 - q.taken
	q.taken += some
	return some
}

// lot draws so many of those who are left, each with the same chance, one after
// the other, remembering nobody.
type lot struct{ left, wanted int }

// draws says of the next one whether it is drawn. random is as rand.IntN.
func (l *lot) draws(random func(n int) int) bool {
	drawn := random(l.left) < l.wanted
	l.left--
	if drawn {
		l.wanted--
	}
	return drawn
}

// shuffle those who leave: else the ones who came together would leave together.
func shuffle(keys []uint64) {
	rand.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
}
